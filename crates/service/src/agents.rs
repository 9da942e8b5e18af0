//! AI agents.

mod bulk;
mod names;

use model::{Agent, AgentId, AgentStatus, Certificate, Framework, PaymentStats, Visibility};
use serde::{Deserialize, Serialize};
use store::agents::{self, AgentRef};
use store::{Conn, Tx};

pub use bulk::{EntryError, MAX_BULK};
pub(crate) use names::{AgentName, NameCache};

use crate::{Actor, Capability, Error, Idempotency, Services, text};

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
    /// The version that the change was made to; any other refuses it. `None`: whatever it is now.
    pub version: Option<i64>,
}

/// An agent with its newest certificate, whatever that one's state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgentDetail {
    /// The agent.
    pub agent: Agent,
    /// The certificate.
    pub certificate: Option<Certificate>,
}

const AGENT_GONE: Error = Error::NotFound { what: "agent" };
/// The field that an [`Error::Conflict`] names when an edit was made to an older version.
pub const VERSION: &str = "version";
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
        let new = checked(new)?;
        for draw in 1.. {
            let agent = self.draw_agent(&new);
            match self.insert_agent(actor, agent, idempotency).await {
                Err(Error::Internal(e)) if draw < DRAWS && is_taken(e.as_ref()) => {}
                done => return done,
            }
        }
        Err(Error::internal("no free agent id"))
    }

    fn draw_agent(&self, new: &NewAgent) -> Agent {
        let now_ms = self.now_ms();
        Agent {
            id: AgentId::new(now_ms, self.entropy().bytes()),
            external_id: format!(
                "{}-{}",
                slug(&new.name),
                hex::encode(self.entropy().bytes::<4>())
            ),
            gopi_id: format!(
                "gopi_{}_{}",
                new.framework.code(),
                hex::encode(self.entropy().bytes::<4>())
            ),
            name: new.name.clone(),
            description: new.description.clone(),
            framework: new.framework,
            visibility: new.visibility,
            status: AgentStatus::Active,
            stats: PaymentStats::default(),
            created_at_ms: now_ms,
            version: 1,
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
        let detail = self.write_agent(&mut tx, actor, agent).await?;
        self.remember(&mut tx, actor, idempotency, &detail).await?;
        tx.commit().await?;
        self.0.profiles.forget(&detail.agent);
        Ok(detail)
    }

    async fn write_agent(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        agent: Agent,
    ) -> Result<AgentDetail, Error> {
        agents::insert(tx, &actor.workspace_id, &agent).await?;
        let action = ("agent.created", agent.id.as_str());
        self.audit(tx, actor, action, (None::<&()>, Some(&agent))).await?;
        self.emit(tx, &actor.workspace_id, action, &agent).await?;
        Ok(AgentDetail { agent, certificate: None })
    }

    /// One agent, by its internal, external or public id.
    pub async fn get_agent(&self, actor: &Actor, id: &str) -> Result<AgentDetail, Error> {
        actor.require(Capability::Read)?;
        let mut conn = self.store().read().await?;
        let agent = find_agent(&mut conn, actor, id).await?;
        with_certificate(&mut conn, actor, agent).await
    }

    /// Changes an agent. With a `version` in the patch, an edit that somebody made meanwhile is never overwritten.
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
        if patch.version.is_some_and(|version| version != before.version) {
            return Err(changed_meanwhile());
        }
        let mut agent = before.clone();
        agent.name = name.unwrap_or(agent.name);
        agent.description = description.unwrap_or(agent.description);
        agent.framework = patch.framework.unwrap_or(agent.framework);
        agent.visibility = patch.visibility.unwrap_or(agent.visibility);
        let written = agents::update(&mut tx, &actor.workspace_id, &agent, patch.version).await?;
        agent.version = match (written, patch.version) {
            (Some(version), _) => version,
            // Another process was faster, between the two statements above.
            (None, Some(_)) => return Err(changed_meanwhile()),
            (None, None) => return Err(AGENT_GONE),
        };
        let action = ("agent.updated", agent.id.as_str());
        self.audit(&mut tx, actor, action, (Some(&before), Some(&agent))).await?;
        self.emit(&mut tx, &actor.workspace_id, action, &agent).await?;
        let detail = with_certificate(&mut tx, actor, agent).await?;
        self.remember(&mut tx, actor, idempotency, &detail).await?;
        tx.commit().await?;
        self.0.profiles.forget(&detail.agent);
        Ok(detail)
    }

    /// Puts an agent away: it takes no payments and is not in the usual list; its profile and certificates stay. An
    /// archived one stays as it is.
    pub async fn archive_agent(
        &self,
        actor: &Actor,
        id: &str,
        idempotency: Option<&Idempotency>,
    ) -> Result<AgentDetail, Error> {
        let change = ("agent.archived", AgentStatus::Active, AgentStatus::Archived);
        self.change_agent_status(actor, id, change, idempotency).await
    }

    /// Brings an archived agent back. An active one stays as it is.
    pub async fn unarchive_agent(
        &self,
        actor: &Actor,
        id: &str,
        idempotency: Option<&Idempotency>,
    ) -> Result<AgentDetail, Error> {
        let change = ("agent.unarchived", AgentStatus::Archived, AgentStatus::Active);
        self.change_agent_status(actor, id, change, idempotency).await
    }

    async fn change_agent_status(
        &self,
        actor: &Actor,
        id: &str,
        (action, from, to): (&str, AgentStatus, AgentStatus),
        idempotency: Option<&Idempotency>,
    ) -> Result<AgentDetail, Error> {
        actor.require(Capability::ManageAgents)?;
        let mut tx = self.store().begin().await?;
        if let Some(done) = self.replay(&mut tx, actor, idempotency).await? {
            return Ok(done);
        }
        let before = find_agent(&mut tx, actor, id).await?;
        let agent = Agent { status: to, ..before.clone() };
        let workspace = &actor.workspace_id;
        if agents::update_status(&mut tx, workspace, &agent.id, (from, to)).await? {
            let action = (action, agent.id.as_str());
            self.audit(&mut tx, actor, action, (Some(&before), Some(&agent))).await?;
            self.emit(&mut tx, workspace, action, &agent).await?;
        }
        let detail = with_certificate(&mut tx, actor, agent).await?;
        self.remember(&mut tx, actor, idempotency, &detail).await?;
        tx.commit().await?;
        self.0.profiles.forget(&detail.agent);
        self.0.names.clear();
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
        self.0.names.clear();
        Ok(())
    }
}

/// The same agent with its texts trimmed, if they keep the rules.
fn checked(new: NewAgent) -> Result<NewAgent, Error> {
    let name = text::name("name", &new.name)?;
    let description = text::clean("description", &new.description, text::MAX_DESCRIPTION, true)?;
    Ok(NewAgent { name, description, ..new })
}

fn changed_meanwhile() -> Error {
    Error::Conflict {
        field: Some(VERSION),
        why: "The agent was changed since this version. Read it again, then change it.".to_owned(),
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
