//! Reading the audit trail: who did what when, and whether an entry still says what it said.

use std::collections::{BTreeMap, HashMap};

use model::AuditId;
use serde::Deserialize;
use serde_json::Value;
use store::audit::{self, ActorName, AuditEntry, AuditFilter};
use store::{Conn, audit::list_actor_names};

use crate::audit::intact;
use crate::{Actor, Capability, Error, Page, PageRequest, Services, Via};

/// Actions and actors that a filter offers at most.
const OFFERED: i64 = 200;
/// Entries that an export reads at a time.
const EXPORTED: i64 = 500;

/// Which entries; what is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Who did it, by id.
    pub actor: Option<String>,
    /// What was done: one action (`agent.created`) or all of a noun (`agent`).
    pub action: Option<String>,
    /// The id of what it was done to.
    pub subject: Option<String>,
    /// How the actor was authenticated.
    pub via: Option<String>,
    /// The first instant (Unix milliseconds).
    pub from_ms: Option<i64>,
    /// The first instant that is too late (Unix milliseconds).
    pub until_ms: Option<i64>,
}

impl AuditQuery {
    fn filter(&self, cursor: Option<AuditId>) -> AuditFilter {
        let (noun, action) = match &self.action {
            Some(action) if action.contains('.') => (None, Some(action.clone())),
            noun => (noun.clone(), None),
        };
        // Ids begin with the time, so that a span of time is a span of ids.
        let first_of = |at_ms| AuditId::new(at_ms, [0; 10]);
        let until = self.until_ms.map(first_of);
        AuditFilter {
            actor: self.actor.clone(),
            action,
            noun,
            subject: self.subject.clone(),
            via: self.via.clone(),
            from: self.from_ms.map(first_of),
            before: [cursor, until].into_iter().flatten().min(),
        }
    }
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditActor {
    /// The id that the entry keeps.
    pub id: String,
    /// Who it is.
    pub kind: AuditActorKind,
}

/// What kind of actor it is, with the name it goes by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditActorKind {
    /// A member, by name or e-mail address.
    Person(String),
    /// An API key, by name.
    Key(String),
    /// The operator of the instance, who is no member.
    Operator,
    /// The command line of the server.
    Console,
    /// Somebody or a key that is not there any more.
    Gone,
}

/// A field with what it was and what it became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditChange {
    /// The field; parts of nested ones are separated by dots.
    pub field: String,
    /// What it was; `None` when it was not there.
    pub before: Option<String>,
    /// What it became; `None` when it is not there any more.
    pub after: Option<String>,
}

/// An entry of the trail, ready to be read.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRecord {
    /// The entry's id.
    pub id: AuditId,
    /// When (Unix milliseconds).
    pub at_ms: i64,
    /// Who.
    pub actor: AuditActor,
    /// How the actor was authenticated.
    pub via: String,
    /// What was done.
    pub action: String,
    /// The id of what it was done to.
    pub subject: String,
    /// The thing as it was.
    pub before: Option<Value>,
    /// The thing as it became.
    pub after: Option<Value>,
    /// The entry's leaf hash, in hex.
    pub leaf_hash: String,
    /// Whether the leaf hash fits what the entry says now.
    pub intact: bool,
}

impl AuditRecord {
    /// What changed, field by field.
    pub fn changes(&self) -> Vec<AuditChange> {
        let mut fields: BTreeMap<String, [Option<String>; 2]> = BTreeMap::new();
        for (side, value) in [&self.before, &self.after].into_iter().enumerate() {
            if let Some(value) = value {
                flatten(String::new(), value, &mut |field, text| {
                    fields.entry(field).or_default()[side] = Some(text);
                });
            }
        }
        fields
            .into_iter()
            .filter(|(_, [before, after])| before != after)
            .map(|(field, [before, after])| AuditChange { field, before, after })
            .collect()
    }

    /// What the thing was called, where it has a name.
    pub fn subject_name(&self) -> Option<&str> {
        let side = self.after.as_ref().or(self.before.as_ref())?;
        side.get("name").and_then(Value::as_str).filter(|name| !name.is_empty())
    }
}

/// Calls `found` with each scalar inside a value and the way to it; what is null is not there.
fn flatten(path: String, value: &Value, found: &mut impl FnMut(String, String)) {
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(path, value, found);
            }
        }
        Value::Array(items) if items.iter().any(|i| i.is_object() || i.is_array()) => {
            for (n, value) in items.iter().enumerate() {
                flatten(format!("{path}.{}", n + 1), value, found);
            }
        }
        Value::Array(items) => {
            let all: Vec<_> = items.iter().map(scalar).collect();
            found(path, all.join(", "));
        }
        one => found(path, scalar(one)),
    }
}

fn scalar(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A part of the trail, with what its filter offers.
#[derive(Debug, Clone)]
pub struct AuditTrail {
    /// The entries.
    pub page: Page<AuditRecord>,
    /// The actions that stand anywhere in the trail.
    pub actions: Vec<String>,
    /// Everybody who stands anywhere in it.
    pub actors: Vec<AuditActor>,
}

#[derive(Deserialize)]
struct Sides {
    before: Option<Value>,
    after: Option<Value>,
}

impl Services {
    /// The workspace's trail, newest first, and what a filter of it can offer.
    pub async fn audit_trail(
        &self,
        actor: &Actor,
        query: &AuditQuery,
        request: &PageRequest,
    ) -> Result<AuditTrail, Error> {
        actor.require(Capability::Read)?;
        let filter = query.filter(request.before()?);
        let mut conn = self.store().read().await?;
        let ws = &actor.workspace_id;
        let entries = audit::list_filtered(&mut conn, ws, &filter, request.fetch()).await?;
        let actions = audit::list_actions(&mut conn, ws, OFFERED).await?;
        let offered = audit::list_actors(&mut conn, ws, OFFERED).await?;
        let ids =
            entries.iter().map(|e| e.actor.as_str()).chain(offered.iter().map(String::as_str));
        let names = Names::read(&mut conn, actor, ids).await?;
        let actors = offered.iter().map(|id| names.actor(id)).collect();
        let page = request.page(names.records(entries)?, |record| record.id.to_string());
        Ok(AuditTrail { page, actions, actors })
    }

    /// One entry of the workspace's trail.
    pub async fn audit_record(&self, actor: &Actor, id: &str) -> Result<AuditRecord, Error> {
        actor.require(Capability::Read)?;
        let gone = || Error::NotFound { what: "audit entry" };
        let id: AuditId = id.parse().map_err(|_| gone())?;
        let mut conn = self.store().read().await?;
        let entry = audit::get(&mut conn, &actor.workspace_id, &id).await?.ok_or_else(gone)?;
        let names = Names::read(&mut conn, actor, [entry.actor.as_str()].into_iter()).await?;
        names.record(entry)
    }

    /// The next entries of an export, newest first; begins without a cursor and ends without a next one.
    pub async fn export_audit(
        &self,
        actor: &Actor,
        query: &AuditQuery,
        cursor: Option<AuditId>,
    ) -> Result<(Vec<AuditRecord>, Option<AuditId>), Error> {
        actor.require(Capability::Read)?;
        let filter = query.filter(cursor);
        let mut conn = self.store().read().await?;
        let entries =
            audit::list_filtered(&mut conn, &actor.workspace_id, &filter, EXPORTED).await?;
        let full = usize::try_from(EXPORTED).is_ok_and(|size| entries.len() == size);
        let next = if full { entries.last().map(|entry| entry.id.clone()) } else { None };
        let names = Names::read(&mut conn, actor, entries.iter().map(|e| e.actor.as_str())).await?;
        Ok((names.records(entries)?, next))
    }
}

/// What the actors of some entries are called.
struct Names(HashMap<String, ActorName>);

impl Names {
    async fn read<'a>(
        conn: &mut Conn,
        reader: &Actor,
        ids: impl Iterator<Item = &'a str>,
    ) -> Result<Self, Error> {
        let mut ids: Vec<_> = ids.collect();
        ids.sort_unstable();
        ids.dedup();
        let names = list_actor_names(conn, &reader.workspace_id, &ids).await?;
        Ok(Self(names.into_iter().map(|name| (name.id.clone(), name)).collect()))
    }

    fn actor(&self, id: &str) -> AuditActor {
        let kind = match self.0.get(id) {
            Some(ActorName { name: Some(name), key: true, .. }) => {
                AuditActorKind::Key(name.clone())
            }
            Some(ActorName { name: Some(name), .. }) => AuditActorKind::Person(name.clone()),
            Some(ActorName { name: None, .. }) => AuditActorKind::Operator,
            None if id == Via::Console.as_str() => AuditActorKind::Console,
            None => AuditActorKind::Gone,
        };
        AuditActor { id: id.to_owned(), kind }
    }

    fn record(&self, entry: AuditEntry) -> Result<AuditRecord, Error> {
        let intact = intact(&entry)?;
        // A detail that was erased, or that somebody tampered with, has nothing to show.
        let sides = serde_json::from_str(&entry.detail).ok();
        let Sides { before, after } = sides.unwrap_or(Sides { before: None, after: None });
        Ok(AuditRecord {
            actor: self.actor(&entry.actor),
            id: entry.id,
            at_ms: entry.at_ms,
            via: entry.via,
            action: entry.action,
            subject: entry.subject,
            before,
            after,
            leaf_hash: entry.leaf_hash,
            intact,
        })
    }

    fn records(&self, entries: Vec<AuditEntry>) -> Result<Vec<AuditRecord>, Error> {
        entries.into_iter().map(|entry| self.record(entry)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn record(before: Option<Value>, after: Option<Value>) -> AuditRecord {
        AuditRecord {
            id: AuditId::new(0, [0; 10]),
            at_ms: 0,
            actor: AuditActor { id: "console".to_owned(), kind: AuditActorKind::Console },
            via: "console".to_owned(),
            action: "agent.updated".to_owned(),
            subject: "agt_1".to_owned(),
            before,
            after,
            leaf_hash: String::new(),
            intact: true,
        }
    }

    fn change(field: &str, before: Option<&str>, after: Option<&str>) -> AuditChange {
        let text = |t: Option<&str>| t.map(str::to_owned);
        AuditChange { field: field.to_owned(), before: text(before), after: text(after) }
    }

    #[test]
    fn only_what_differs_is_a_change() {
        let before = json!({ "name": "A", "same": 1, "stats": { "total": 2 }, "tags": ["x", "y"] });
        let after = json!({ "name": "B", "same": 1, "stats": { "total": 3 }, "end": null });
        let changes = record(Some(before), Some(after)).changes();
        assert_eq!(
            changes,
            [
                change("name", Some("A"), Some("B")),
                change("stats.total", Some("2"), Some("3")),
                change("tags", Some("x, y"), None),
            ]
        );
    }

    #[test]
    fn what_was_made_has_no_before() {
        let made = record(None, Some(json!({ "list": [{ "a": true }], "name": "" })));
        assert_eq!(
            made.changes(),
            [change("list.1.a", None, Some("true")), change("name", None, Some(""))]
        );
        assert_eq!(made.subject_name(), None);
        assert!(record(None, None).changes().is_empty());
    }

    #[test]
    fn an_action_without_a_dot_is_a_noun() {
        let query =
            |action: &str| AuditQuery { action: Some(action.to_owned()), ..AuditQuery::default() };
        let noun = query("agent").filter(None);
        assert_eq!((noun.noun.as_deref(), noun.action), (Some("agent"), None));
        let action = query("agent.created").filter(None);
        assert_eq!((action.noun, action.action.as_deref()), (None, Some("agent.created")));
        let both = AuditQuery { until_ms: Some(50), ..AuditQuery::default() };
        let cursor = AuditId::new(40, [9; 10]);
        assert_eq!(both.filter(Some(cursor.clone())).before, Some(cursor));
    }
}
