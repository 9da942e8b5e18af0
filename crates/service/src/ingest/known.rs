//! What the database says about payments that are about to be written.

use std::collections::{BTreeSet, HashMap, HashSet};

use model::{AgentId, AgentStatus, ApiKeyId, Payment, PaymentId, WorkspaceId};
use store::agents::LockedAgent;
use store::idempotency::Remembered;
use store::{Tx, agents, idempotency, payments};

use super::Group;
use crate::idempotency::WINDOW_MS;
use crate::periods::{Zones, zone_of};
use crate::{Error, Who};

pub(super) type KeyName = (WorkspaceId, String, String);
pub(super) type ReferenceName = (AgentId, String);

/// What the database says about the drafts of a batch, and what the batch itself adds to it.
#[derive(Default)]
pub(crate) struct Known {
    /// The keys that open something still.
    pub(super) keys: HashSet<ApiKeyId>,
    /// Locked until the commit.
    pub(super) agents: HashMap<AgentId, LockedAgent>,
    /// Counterparties that are agents of the payer's own workspace.
    pub(super) own: HashSet<(WorkspaceId, String)>,
    pub(super) references: HashMap<ReferenceName, Payment>,
    pub(super) remembered: HashMap<KeyName, Remembered>,
    /// The payments that the remembered answers were about.
    pub(super) answered: HashMap<PaymentId, Payment>,
}

impl Known {
    pub(super) async fn read(tx: &mut Tx, groups: &[Group], now_ms: i64) -> Result<Self, Error> {
        let mut names = BTreeSet::new();
        let mut counterparties = HashSet::new();
        let mut references = HashSet::new();
        let mut idem = HashSet::new();
        for group in groups {
            let workspace = &group.actor.workspace_id;
            let key = match &group.actor.who {
                Who::Key { id, .. } => Some(id),
                _ => None,
            };
            if let Some(i) = &group.idempotency {
                idem.insert((workspace, i.scope.as_str(), i.key.as_str()));
            }
            for d in &group.drafts {
                names.insert((workspace, &d.agent.id, key));
                if let Some(counterparty) = &d.payment.counterparty {
                    counterparties.insert((workspace, counterparty.as_str()));
                }
                if let Some(reference) = &d.payment.reference {
                    references.insert((workspace, &d.agent.id, reference.as_str()));
                }
            }
        }
        let names: Vec<_> = names.into_iter().collect();
        let mut known = Self::default();
        known.lock(tx, &names, now_ms).await?;
        let counterparties: Vec<_> = counterparties.into_iter().collect();
        let references: Vec<_> = references.into_iter().collect();
        known.read_names(tx, &counterparties, &references).await?;
        if !idem.is_empty() {
            let idem: Vec<_> = idem.into_iter().collect();
            for found in idempotency::list(tx, &idem, now_ms - WINDOW_MS).await? {
                let name = (found.workspace_id.clone(), found.scope.clone(), found.key.clone());
                known.remembered.insert(name, found);
            }
            let ids = known.remembered.values();
            let ids = ids.flat_map(|r| r.outcome.split(',').map(move |id| (&r.workspace_id, id)));
            let ids: Vec<_> = ids.collect();
            if !ids.is_empty() {
                let payments = payments::list_by_id(tx, &ids).await?;
                known.answered = payments.into_iter().map(|p| (p.id.clone(), p)).collect();
            }
        }
        Ok(known)
    }

    /// What an import must know: its agent, and the names that its rows use.
    pub(crate) async fn of_rows(
        tx: &mut Tx,
        (workspace, agent): (&WorkspaceId, &AgentId),
        counterparties: &[(&WorkspaceId, &str)],
        references: &[(&WorkspaceId, &AgentId, &str)],
        now_ms: i64,
    ) -> Result<Self, Error> {
        let mut known = Self::default();
        known.lock(tx, &[(workspace, agent, None)], now_ms).await?;
        known.read_names(tx, counterparties, references).await?;
        Ok(known)
    }

    async fn lock(
        &mut self,
        tx: &mut Tx,
        agents: &[(&WorkspaceId, &AgentId, Option<&ApiKeyId>)],
        now_ms: i64,
    ) -> Result<(), Error> {
        for agent in agents::lock(tx, agents, now_ms).await? {
            self.keys.extend(agent.key.clone());
            self.agents.insert(agent.id.clone(), agent);
        }
        Ok(())
    }

    pub(super) fn is_active(&self, agent: &AgentId) -> bool {
        self.agents.get(agent).is_some_and(|agent| agent.status == AgentStatus::Active)
    }

    pub(super) fn is_listened_to(&self, agent: &AgentId) -> bool {
        self.agents.get(agent).is_some_and(|agent| agent.listened_to)
    }

    /// The time zones of all agents' workspaces.
    pub(super) fn zones(&self) -> Zones {
        self.agents.values().map(zone_of).collect()
    }

    async fn read_names(
        &mut self,
        tx: &mut Tx,
        counterparties: &[(&WorkspaceId, &str)],
        references: &[(&WorkspaceId, &AgentId, &str)],
    ) -> Result<(), Error> {
        if !counterparties.is_empty() {
            self.own = agents::list_own(tx, counterparties).await?.into_iter().collect();
        }
        if !references.is_empty() {
            for payment in payments::list_by_reference(tx, references).await? {
                if let Some(reference) = payment.reference.clone() {
                    self.references.insert((payment.agent_id.clone(), reference), payment);
                }
            }
        }
        Ok(())
    }
}
