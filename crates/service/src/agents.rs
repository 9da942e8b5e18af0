//! AI agents.

use std::sync::Arc;
use std::time::Duration;

use model::{
    Agent, AgentId, AgentStatus, Certificate, Framework, PaymentStats, Visibility, WorkspaceId,
};
use serde::{Deserialize, Serialize};
use store::Conn;
use store::agents::{self, AgentRef};

use crate::secrets::hex;
use crate::{Actor, Capability, Error, Idempotency, Page, PageRequest, Services, text};

/// An agent to be made.
#[derive(Debug, Clone)]
pub struct NewAgent {
    /// What its owner calls it.
    pub name: String,
    /// What it does; may be empty.
    pub description: String,
    /// What it is built with.
    pub framework: Framework,
    /// Who may see it.
    pub visibility: Visibility,
}

/// What to change of an agent; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct AgentPatch {
    /// What its owner calls it.
    pub name: Option<String>,
    /// What it does; may be empty.
    pub description: Option<String>,
    /// What it is built with. The `gopi_id` keeps the letters of the first one.
    pub framework: Option<Framework>,
    /// Who may see it.
    pub visibility: Option<Visibility>,
}

/// An agent with its newest certificate, whatever that one's state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgentDetail {
    /// The agent.
    pub agent: Agent,
    /// The certificate.
    pub certificate: Option<Certificate>,
}

/// The ids behind the names that payments use. At most a second old; whether the agent still takes payments is asked
/// again when they are written.
pub(crate) struct NameCache(moka::sync::Cache<(WorkspaceId, String), Arc<AgentName>>);

/// An agent as payments refer to it.
pub(crate) struct AgentName {
    pub id: AgentId,
    pub external_id: String,
    pub gopi_id: String,
}

impl NameCache {
    pub(crate) fn new() -> Self {
        Self(
            moka::sync::Cache::builder()
                .max_capacity(10_000)
                .time_to_live(Duration::from_secs(1))
                .build(),
        )
    }
}

const AGENT_GONE: Error = Error::NotFound { what: "agent" };
/// How often to draw public ids before giving up; two draws are alike once in 10^12.
const DRAWS: usize = 3;

impl Services {
    /// Registers an agent.
    pub async fn create_agent(
        &self,
        actor: &Actor,
        new: NewAgent,
        idempotency: Option<&Idempotency>,
    ) -> Result<AgentDetail, Error> {
        actor.require(Capability::ManageAgents)?;
        actor.require_all_agents()?;
        let name = text::name("name", &new.name)?;
        let description =
            text::clean("description", &new.description, text::MAX_DESCRIPTION, true)?;
        for draw in 1.. {
            let agent = self.draw_agent(&name, &description, &new);
            match self.insert_agent(actor, agent, idempotency).await {
                Err(Error::Internal(e)) if draw < DRAWS && is_taken(e.as_ref()) => {}
                done => return done,
            }
        }
        Err(Error::internal("no free agent id"))
    }

    fn draw_agent(&self, name: &str, description: &str, new: &NewAgent) -> Agent {
        let now_ms = self.now_ms();
        Agent {
            id: AgentId::new(now_ms, self.entropy().bytes()),
            external_id: format!("{}-{}", slug(name), hex(&self.entropy().bytes::<4>())),
            gopi_id: format!("gopi_{}_{}", new.framework.code(), hex(&self.entropy().bytes::<4>())),
            name: name.to_owned(),
            description: description.to_owned(),
            framework: new.framework,
            visibility: new.visibility,
            status: AgentStatus::Active,
            stats: PaymentStats::default(),
            created_at_ms: now_ms,
        }
    }

    async fn insert_agent(
        &self,
        actor: &Actor,
        agent: Agent,
        idempotency: Option<&Idempotency>,
    ) -> Result<AgentDetail, Error> {
        let mut tx = self.store().begin().await?;
        if let Some(done) = self.replay(&mut tx, actor, idempotency).await? {
            return Ok(done);
        }
        agents::insert(&mut tx, &actor.workspace_id, &agent).await?;
        let action = ("agent.created", agent.id.as_str());
        self.audit(&mut tx, actor, action, (None::<&()>, Some(&agent))).await?;
        self.emit(&mut tx, &actor.workspace_id, action, &agent).await?;
        let detail = AgentDetail { agent, certificate: None };
        self.remember(&mut tx, actor, idempotency, &detail).await?;
        tx.commit().await?;
        self.0.profiles.forget(&detail.agent);
        Ok(detail)
    }

    /// The workspace's agents, newest first, each with its newest certificate.
    pub async fn list_agents(
        &self,
        actor: &Actor,
        request: &PageRequest,
    ) -> Result<Page<AgentDetail>, Error> {
        actor.require(Capability::Read)?;
        let before: Option<AgentId> = request.before()?;
        let mut conn = self.store().read().await?;
        let before = before.as_ref().map(AgentId::as_str);
        let found = match actor.only_agent() {
            None => agents::list(&mut conn, &actor.workspace_id, before, request.fetch()).await?,
            Some(_) if before.is_some() => Vec::new(),
            Some(only) => {
                let only = AgentRef::Id(only.as_str());
                agents::get(&mut conn, &actor.workspace_id, only).await?.into_iter().collect()
            }
        };
        let page = request.page(found, |a| a.id.as_str().to_owned());
        let ids: Vec<_> = page.items.iter().map(|a| &a.id).collect();
        let mut newest =
            store::certificates::list_newest(&mut conn, &actor.workspace_id, &ids).await?;
        let mut take = |id: &AgentId| {
            let at = newest.iter().position(|c| c.agent_id == *id)?;
            Some(newest.swap_remove(at))
        };
        let items = page
            .items
            .into_iter()
            .map(|agent| AgentDetail { certificate: take(&agent.id), agent })
            .collect();
        Ok(Page { items, next: page.next })
    }

    /// One agent, by its internal, external or public id.
    pub async fn get_agent(&self, actor: &Actor, id: &str) -> Result<AgentDetail, Error> {
        actor.require(Capability::Read)?;
        let mut conn = self.store().read().await?;
        let agent = find_agent(&mut conn, actor, id).await?;
        with_certificate(&mut conn, actor, agent).await
    }

    /// Changes an agent.
    pub async fn update_agent(
        &self,
        actor: &Actor,
        id: &str,
        patch: AgentPatch,
        idempotency: Option<&Idempotency>,
    ) -> Result<AgentDetail, Error> {
        actor.require(Capability::ManageAgents)?;
        let name = patch.name.map(|n| text::name("name", &n)).transpose()?;
        let description = patch
            .description
            .map(|d| text::clean("description", &d, text::MAX_DESCRIPTION, true))
            .transpose()?;
        let mut tx = self.store().begin().await?;
        if let Some(done) = self.replay(&mut tx, actor, idempotency).await? {
            return Ok(done);
        }
        let before = find_agent(&mut tx, actor, id).await?;
        let mut agent = before.clone();
        agent.name = name.unwrap_or(agent.name);
        agent.description = description.unwrap_or(agent.description);
        agent.framework = patch.framework.unwrap_or(agent.framework);
        agent.visibility = patch.visibility.unwrap_or(agent.visibility);
        if !agents::update(&mut tx, &actor.workspace_id, &agent).await? {
            return Err(AGENT_GONE);
        }
        let action = ("agent.updated", agent.id.as_str());
        self.audit(&mut tx, actor, action, (Some(&before), Some(&agent))).await?;
        self.emit(&mut tx, &actor.workspace_id, action, &agent).await?;
        let detail = with_certificate(&mut tx, actor, agent).await?;
        self.remember(&mut tx, actor, idempotency, &detail).await?;
        tx.commit().await?;
        self.0.profiles.forget(&detail.agent);
        Ok(detail)
    }

    /// Takes an agent out of service and revokes its certificates. Its payments stay in the ledger.
    pub async fn delete_agent(
        &self,
        actor: &Actor,
        id: &str,
        idempotency: Option<&Idempotency>,
    ) -> Result<(), Error> {
        actor.require(Capability::ManageAgents)?;
        let mut tx = self.store().begin().await?;
        if let Some(()) = self.replay(&mut tx, actor, idempotency).await? {
            return Ok(());
        }
        let agent = find_agent(&mut tx, actor, id).await?;
        let now_ms = self.now_ms();
        if !agents::delete(&mut tx, &actor.workspace_id, &agent.id, now_ms).await? {
            return Err(AGENT_GONE);
        }
        store::certificates::update_revoked(&mut tx, &actor.workspace_id, &agent.id, now_ms)
            .await?;
        let action = ("agent.deleted", agent.id.as_str());
        self.audit(&mut tx, actor, action, (Some(&agent), None::<&()>)).await?;
        self.emit(&mut tx, &actor.workspace_id, action, &agent).await?;
        self.remember(&mut tx, actor, idempotency, &()).await?;
        tx.commit().await?;
        self.0.profiles.forget(&agent);
        self.0.names.0.invalidate_all();
        Ok(())
    }

    /// The agent that a payment names.
    pub(crate) async fn resolve_agent(
        &self,
        actor: &Actor,
        id: &str,
    ) -> Result<Arc<AgentName>, Error> {
        let key = (actor.workspace_id.clone(), id.to_owned());
        if let Some(name) = self.0.names.0.get(&key) {
            return if actor.sees(&name.id) { Ok(name) } else { Err(AGENT_GONE) };
        }
        let agent = find_agent(&mut self.store().read().await?, actor, id).await?;
        let name = Arc::new(AgentName {
            id: agent.id,
            external_id: agent.external_id,
            gopi_id: agent.gopi_id,
        });
        self.0.names.0.insert(key, Arc::clone(&name));
        Ok(name)
    }
}

/// The agent of the actor's workspace with this id; a foreign one looks like none, and so does one that the actor's
/// key is not for.
pub(crate) async fn find_agent(conn: &mut Conn, actor: &Actor, id: &str) -> Result<Agent, Error> {
    let found = agents::get(conn, &actor.workspace_id, AgentRef::of(id)).await?;
    found.filter(|agent| actor.sees(&agent.id)).ok_or(AGENT_GONE)
}

async fn with_certificate(
    conn: &mut Conn,
    actor: &Actor,
    agent: Agent,
) -> Result<AgentDetail, Error> {
    let newest = store::certificates::list_newest(conn, &actor.workspace_id, &[&agent.id]).await?;
    Ok(AgentDetail { agent, certificate: newest.into_iter().next() })
}

fn is_taken(error: &(dyn std::error::Error + 'static)) -> bool {
    error.downcast_ref::<store::Error>().is_some_and(store::Error::is_unique_violation)
}

/// The name in lower-case letters, digits and single hyphens, at most 40 characters; `agent` if nothing is left.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        let plain = match c {
            'a'..='z' | '0'..='9' => Some(c),
            'ä' | 'à' | 'á' | 'â' | 'å' => Some('a'),
            'ö' | 'ò' | 'ó' | 'ô' | 'ø' => Some('o'),
            'ü' | 'ù' | 'ú' | 'û' => Some('u'),
            'é' | 'è' | 'ê' | 'ë' => Some('e'),
            'ß' => Some('s'),
            _ => None,
        };
        match plain {
            Some(c) if slug.len() < 40 => slug.push(c),
            None if !slug.is_empty() && !slug.ends_with('-') && slug.len() < 40 => slug.push('-'),
            _ => {}
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "agent".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn slugs_are_plain() {
        assert_eq!(slug("My Finance Bot"), "my-finance-bot");
        assert_eq!(slug("  Müller & Söhne!! "), "muller-sohne");
        assert_eq!(slug("机器人"), "agent");
        assert_eq!(slug(&"x".repeat(100)).len(), 40);
    }
}
