//! Several agents at once: all of them or none.

use model::Agent;

use super::{AgentDetail, DRAWS, NewAgent, checked, is_taken};
use crate::{Actor, Capability, Error, Idempotency, Rule, Services};

/// Agents that can be registered at once.
pub const MAX_BULK: usize = 10;

/// Why none of several things was done, and which of them was the reason.
#[derive(Debug)]
pub struct EntryError {
    /// Its place among them, from 0; `None`: all of them together.
    pub entry: Option<usize>,
    /// What was wrong with it.
    pub error: Error,
}

impl From<Error> for EntryError {
    fn from(error: Error) -> Self {
        Self { entry: None, error }
    }
}

impl Services {
    /// Registers up to [`MAX_BULK`] agents: all of them or none.
    pub async fn create_agents(
        &self,
        actor: &Actor,
        new: Vec<NewAgent>,
        idempotency: Option<&Idempotency>,
    ) -> Result<Vec<AgentDetail>, EntryError> {
        actor.require(Capability::ManageAgents)?;
        if new.is_empty() {
            return Err(Error::invalid("agents", Rule::Required).into());
        }
        if new.len() > MAX_BULK {
            return Err(Error::invalid("agents", Rule::TooMany(MAX_BULK)).into());
        }
        let new: Vec<_> = new
            .into_iter()
            .enumerate()
            .map(|(at, new)| checked(new).map_err(|error| EntryError { entry: Some(at), error }))
            .collect::<Result<_, _>>()?;
        for draw in 1.. {
            let agents = new.iter().map(|new| self.draw_agent(new)).collect();
            match self.insert_agents(actor, agents, idempotency).await {
                Err(Error::Internal(e)) if draw < DRAWS && is_taken(e.as_ref()) => {}
                done => return Ok(done?),
            }
        }
        Err(Error::internal("no free agent id").into())
    }

    async fn insert_agents(
        &self,
        actor: &Actor,
        agents: Vec<Agent>,
        idempotency: Option<&Idempotency>,
    ) -> Result<Vec<AgentDetail>, Error> {
        let mut tx = self.store().begin().await?;
        if let Some(done) = self.replay(&mut tx, actor, idempotency).await? {
            return Ok(done);
        }
        let mut made = Vec::with_capacity(agents.len());
        for agent in agents {
            made.push(self.write_agent(&mut tx, actor, agent).await?);
        }
        self.remember(&mut tx, actor, idempotency, &made).await?;
        tx.commit().await?;
        made.iter().for_each(|detail| self.0.profiles.forget(&detail.agent));
        Ok(made)
    }
}
