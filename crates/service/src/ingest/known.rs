//! What the database says about payments that are about to be written.

use std::collections::{BTreeMap, HashMap, HashSet};

use model::{AgentId, ApiKeyId, Payment, PaymentId, WorkspaceId};
use store::idempotency::Remembered;
use store::{Tx, agents, api_keys, idempotency, payments};

use super::Group;
use crate::idempotency::WINDOW_MS;
use crate::{Error, Who};

pub(super) type KeyName = (WorkspaceId, String, String);
pub(super) type ReferenceName = (AgentId, String);

/// What the database says about the drafts of a batch, and what the batch itself adds to it.
#[derive(Default)]
pub(crate) struct Known {
    pub(super) keys: HashSet<ApiKeyId>,
    pub(super) agents: HashSet<AgentId>,
    /// Counterparties that are agents of the payer's own workspace.
    pub(super) own: HashSet<(WorkspaceId, String)>,
    pub(super) references: HashMap<ReferenceName, Payment>,
    pub(super) remembered: HashMap<KeyName, Remembered>,
    /// The payments that the remembered answers were about.
    pub(super) answered: HashMap<PaymentId, Payment>,
}

impl Known {
    pub(super) async fn read(tx: &mut Tx, groups: &[Group], now_ms: i64) -> Result<Self, Error> {
        let mut keys = BTreeMap::new();
        let mut names = BTreeMap::new();
        let mut counterparties = HashSet::new();
        let mut references = HashSet::new();
        let mut idem = HashSet::new();
        for group in groups {
            let workspace = &group.actor.workspace_id;
            if let Who::Key { id, .. } = &group.actor.who {
                keys.insert(id, workspace);
            }
            if let Some(i) = &group.idempotency {
                idem.insert((workspace, i.scope.as_str(), i.key.as_str()));
            }
            for d in &group.drafts {
                names.insert(&d.agent.id, workspace);
                if let Some(counterparty) = &d.payment.counterparty {
                    counterparties.insert((workspace, counterparty.as_str()));
                }
                if let Some(reference) = &d.payment.reference {
                    references.insert((workspace, &d.agent.id, reference.as_str()));
                }
            }
        }
        let mut known = Self::default();
        let keys: Vec<_> = keys.into_iter().map(|(id, ws)| (ws, id)).collect();
        if !keys.is_empty() {
            known.keys = api_keys::list_active(tx, &keys, now_ms).await?.into_iter().collect();
        }
        let names: Vec<_> = names.into_iter().map(|(id, ws)| (ws, id)).collect();
        known.agents = agents::list_active(tx, &names).await?.into_iter().collect();
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

    /// What is known of the agents of an import: nothing but the names that its rows use.
    pub(crate) async fn of_rows(
        tx: &mut Tx,
        counterparties: &[(&WorkspaceId, &str)],
        references: &[(&WorkspaceId, &AgentId, &str)],
    ) -> Result<Self, Error> {
        let mut known = Self::default();
        known.read_names(tx, counterparties, references).await?;
        Ok(known)
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
