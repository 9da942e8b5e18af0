use std::sync::Arc;
use std::time::Duration;

use model::{AgentId, AgentStatus, WorkspaceId};

use super::{AGENT_GONE, find_agent};
use crate::{Actor, Error, Services};

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

    pub(crate) fn clear(&self) {
        self.0.invalidate_all();
    }
}

impl Services {
    /// The agent that a payment names. An archived one refuses it.
    pub(crate) async fn resolve_agent(
        &self,
        actor: &Actor,
        id: &str,
    ) -> Result<Arc<AgentName>, Error> {
        let key = (actor.workspace_id.clone(), id.to_owned());
        if let Some(name) = self.0.names.0.get(&key) {
            return if actor.sees(&name.id) { Ok(name) } else { Err(AGENT_GONE) };
        }
        let read = async { find_agent(&mut self.store().read().await?, actor, id).await };
        let agent = Box::pin(read).await?;
        if agent.status == AgentStatus::Archived {
            return Err(Error::Conflict {
                field: Some("agent_id"),
                why: "The agent is archived and takes no payments. Unarchive it first.".to_owned(),
            });
        }
        let name = Arc::new(AgentName {
            id: agent.id,
            external_id: agent.external_id,
            gopi_id: agent.gopi_id,
        });
        self.0.names.0.insert(key, Arc::clone(&name));
        Ok(name)
    }
}
