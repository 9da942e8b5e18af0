//! What one transaction writes for its payments, table by table.

use std::collections::{BTreeMap, HashMap};

use model::score::{Evidence, EvidenceKey};
use model::{
    AgentId, Direction, Payment, PaymentId, PaymentStats, PaymentStatus, WorkspaceId, day_of,
    quarter_of,
};
use store::idempotency::Remembered;
use store::outbox::Event;
use store::payments::NewPayment;
use store::rollups::RollupKey;
use store::{Tx, agents, evidence, idempotency, outbox, payments};

use super::days::{canonical, write_days};
use super::known::{Known, ReferenceName};
use super::{Draft, Group, Outcome, Refusal, lost};
use crate::audit::leaf_hash;
use crate::idempotency::{WINDOW_MS, mismatch};
use crate::periods::add_rollups;
use crate::{Actor, Error, Recorded, Services, Who};

/// Who records a payment, and how that is known.
#[derive(Clone, Copy)]
pub(crate) struct Origin<'a> {
    /// Whose ledger.
    pub workspace_id: &'a WorkspaceId,
    /// The id of the key or user.
    pub recorded_by: &'a str,
    /// How it was authenticated.
    pub via: &'a str,
    /// Whether each payment is an event of its own; an import is one event altogether.
    pub events: bool,
}

/// What a batch will write.
#[derive(Default)]
pub(crate) struct Batch {
    known: Known,
    payments: Vec<NewPayment>,
    events: Vec<Event>,
    remembered: Vec<Remembered>,
    stats: BTreeMap<AgentId, (WorkspaceId, PaymentStats)>,
    evidence: HashMap<(AgentId, EvidenceKey), (WorkspaceId, Evidence)>,
    rollups: HashMap<RollupKey, (i64, i128)>,
    /// Canonical scored payments by agent and recorded day, in order.
    scored: BTreeMap<(AgentId, i64), (WorkspaceId, Vec<String>)>,
    /// Random bytes that nobody had yet: asking the system for many at once is cheaper than three times a payment.
    random: Vec<u8>,
}

impl Batch {
    pub(crate) fn new(known: Known) -> Self {
        Self { known, ..Self::default() }
    }

    fn random<const N: usize>(&mut self, services: &Services) -> [u8; N] {
        if self.random.len() < N {
            self.random.extend(services.entropy().bytes::<1_024>());
        }
        let rest = self.random.len() - N;
        let mut bytes = [0; N];
        bytes.copy_from_slice(&self.random[rest..]);
        self.random.truncate(rest);
        bytes
    }

    /// Whether there is nothing to write.
    pub(super) fn is_empty(&self) -> bool {
        self.payments.is_empty() && self.remembered.is_empty()
    }

    /// Whether the agent has a payment with this reference, in the ledger or in the batch.
    pub(crate) fn has_reference(&self, agent: &AgentId, reference: &str) -> bool {
        self.known.references.contains_key(&(agent.clone(), reference.to_owned()))
    }

    /// Puts a payment that passed every check into the batch.
    pub(crate) fn record(
        &mut self,
        services: &Services,
        origin: Origin<'_>,
        payment: &Payment,
        now_ms: i64,
    ) -> Result<Payment, Error> {
        let payment = self.stamp(services, origin.workspace_id, payment, now_ms);
        self.add(services, origin, &payment)?;
        Ok(payment)
    }

    /// The answer to one group; what is new goes into the batch, all of it or nothing. An outer error fails the whole
    /// batch.
    pub(super) fn decide(
        &mut self,
        services: &Services,
        group: &Group,
        now_ms: i64,
    ) -> Result<Outcome, Error> {
        if let Who::Key { id, .. } = &group.actor.who
            && !self.known.keys.contains(id)
        {
            let why = "The API key was revoked or has expired.";
            return Ok(Err(Error::Unauthenticated { why }.into()));
        }
        // Before any earlier answer is repeated, which may speak of another agent.
        let foreign = group.drafts.iter().enumerate();
        let foreign = foreign.filter(|(_, draft)| !group.actor.sees(&draft.agent.id));
        let foreign: Vec<_> =
            foreign.map(|(index, _)| (index, Error::NotFound { what: "agent" })).collect();
        if !foreign.is_empty() {
            return Ok(Err(Refusal::Payments(foreign)));
        }
        if let Some(answer) = self.replay(group) {
            return Ok(answer.map_err(Refusal::Whole));
        }
        let mut planned = Vec::with_capacity(group.drafts.len());
        let mut staged = HashMap::new();
        let mut wrong = Vec::new();
        for (index, draft) in group.drafts.iter().enumerate() {
            match self.plan(services, &group.actor, draft, &mut staged, now_ms) {
                Ok(recorded) => planned.push(recorded),
                Err(error) => wrong.push((index, error)),
            }
        }
        if !wrong.is_empty() {
            return Ok(Err(Refusal::Payments(wrong)));
        }
        let origin = Origin {
            workspace_id: &group.actor.workspace_id,
            recorded_by: group.actor.audit_id(),
            via: group.actor.via.as_str(),
            events: true,
        };
        for recorded in planned.iter().filter(|recorded| !recorded.replayed) {
            self.add(services, origin, &recorded.payment)?;
        }
        self.remember(group, &planned, now_ms);
        Ok(Ok(planned))
    }

    /// What one draft becomes: the payment that its reference already names, or a new one. `staged` holds what the
    /// drafts before it in its group become.
    fn plan(
        &mut self,
        services: &Services,
        actor: &Actor,
        draft: &Draft,
        staged: &mut HashMap<ReferenceName, Payment>,
        now_ms: i64,
    ) -> Result<Recorded, Error> {
        if !self.known.is_active(&draft.agent.id) {
            return Err(Error::NotFound { what: "agent" });
        }
        let name = draft.payment.reference.clone().map(|r| (draft.agent.id.clone(), r));
        if let Some(name) = &name
            && let Some(before) = staged.get(name).or_else(|| self.known.references.get(name))
        {
            return same_content(draft, before);
        }
        let payment = self.stamp(services, &actor.workspace_id, &draft.payment, now_ms);
        if let Some(name) = name {
            staged.insert(name, payment.clone());
        }
        Ok(Recorded { payment, replayed: false })
    }

    fn replay(&self, group: &Group) -> Option<Result<Vec<Recorded>, Error>> {
        let idem = group.idempotency.as_ref()?;
        let name = (group.actor.workspace_id.clone(), idem.scope.clone(), idem.key.clone());
        let found = self.known.remembered.get(&name)?;
        if found.request_hash != idem.request_hash {
            return Some(Err(mismatch()));
        }
        // Only ids are remembered: the payments themselves stand in the ledger, or earlier in this batch.
        let recorded = |id: &str| {
            let id = PaymentId::from_stored(id.to_owned());
            let payment = self.known.answered.get(&id).or_else(|| {
                self.payments.iter().map(|new| &new.payment).find(|payment| payment.id == id)
            });
            payment.map(|p| Recorded { payment: p.clone(), replayed: true }).ok_or_else(lost)
        };
        Some(found.outcome.split(',').map(recorded).collect())
    }

    /// The payment with what only the writer decides.
    fn stamp(
        &mut self,
        services: &Services,
        workspace: &WorkspaceId,
        payment: &Payment,
        now_ms: i64,
    ) -> Payment {
        let own = payment.counterparty.clone().is_some_and(|counterparty| {
            self.known.own.contains(&(workspace.clone(), counterparty))
        });
        Payment {
            id: PaymentId::new(now_ms, self.random(services)),
            recorded_at_ms: now_ms,
            self_payment: own,
            ..payment.clone()
        }
    }

    fn remember(&mut self, group: &Group, recorded: &[Recorded], now_ms: i64) {
        if let Some(idem) = &group.idempotency {
            let ids: Vec<_> = recorded.iter().map(|r| r.payment.id.as_str()).collect();
            let row = idem.outcome_text(&group.actor, ids.join(","), now_ms);
            let name = (row.workspace_id.clone(), row.scope.clone(), row.key.clone());
            self.known.remembered.insert(name, row.clone());
            self.remembered.push(row);
        }
    }

    fn add(
        &mut self,
        services: &Services,
        origin: Origin<'_>,
        payment: &Payment,
    ) -> Result<(), Error> {
        let workspace = origin.workspace_id;
        let kind = match payment.direction {
            Direction::Sent => "payment.recorded",
            Direction::Received => "payment.received",
        };
        let detail = serde_json::to_string(payment).map_err(Error::internal)?;
        let salt = hex::encode(self.random::<16>(services));
        let leaf_hash = leaf_hash(
            (payment.id.as_str(), workspace),
            kind,
            payment.recorded_at_ms,
            (&salt, &detail),
        )?;
        if origin.events && self.known.is_listened_to(&payment.agent_id) {
            self.events.push(services.event(workspace, (kind, payment.id.as_str()), None));
        }
        self.count(workspace, payment);
        if payment.counts_toward_score() {
            self.score(workspace, payment)?;
        }
        if let Some(reference) = payment.reference.clone() {
            self.known.references.insert((payment.agent_id.clone(), reference), payment.clone());
        }
        self.payments.push(NewPayment {
            workspace_id: workspace.clone(),
            payment: payment.clone(),
            recorded_by: origin.recorded_by.to_owned(),
            via: origin.via.to_owned(),
            salt,
            leaf_hash,
        });
        Ok(())
    }

    fn count(&mut self, workspace: &WorkspaceId, payment: &Payment) {
        let (_, stats) = self
            .stats
            .entry(payment.agent_id.clone())
            .or_insert_with(|| (workspace.clone(), PaymentStats::default()));
        let counts = payment.counts_toward_score();
        let good = matches!(payment.status, PaymentStatus::Paid | PaymentStatus::OnTime);
        stats.total += i64::from(payment.direction == Direction::Sent);
        stats.received += i64::from(payment.direction == Direction::Received);
        stats.autonomous += i64::from(counts);
        stats.on_time += i64::from(counts && good);
        let key = RollupKey {
            workspace_id: workspace.clone(),
            agent_id: payment.agent_id.clone(),
            quarter_ms: quarter_of(payment.happened_at_ms),
            currency: payment.amount.currency,
            direction: payment.direction,
            rail: payment.rail,
            status: payment.status,
        };
        let (count, micros) = self.rollups.entry(key).or_default();
        *count += 1;
        *micros += i128::from(payment.amount.micros);
    }

    fn score(&mut self, workspace: &WorkspaceId, payment: &Payment) -> Result<(), Error> {
        let recorded_day = day_of(payment.recorded_at_ms);
        let one = Evidence::of(
            payment.amount,
            payment.status,
            payment.self_payment,
            day_of(payment.happened_at_ms),
            recorded_day,
        );
        self.evidence
            .entry((payment.agent_id.clone(), one.key()))
            .and_modify(|(_, sum)| sum.add(&one))
            .or_insert_with(|| (workspace.clone(), one));
        self.scored
            .entry((payment.agent_id.clone(), recorded_day))
            .or_insert_with(|| (workspace.clone(), Vec::new()))
            .1
            .push(canonical(payment)?);
        Ok(())
    }

    /// Writes everything. [`store::Error::Overtaken`]: another process took an idempotency key first.
    pub(crate) async fn write(mut self, tx: &mut Tx, now_ms: i64) -> Result<(), Error> {
        // In the order of their indexes, where each one then stands behind the one before it.
        self.payments.sort_unstable_by(|a, b| {
            (&a.workspace_id, &a.payment.id).cmp(&(&b.workspace_id, &b.payment.id))
        });
        self.events
            .sort_unstable_by(|a, b| (&a.workspace_id, &a.id).cmp(&(&b.workspace_id, &b.id)));
        let stats: Vec<_> = self.stats.iter().map(|(id, (ws, s))| (ws, id, *s)).collect();
        let evidence: Vec<_> =
            self.evidence.iter().map(|((agent, _), (ws, e))| (ws, agent, e.clone())).collect();
        // Nothing that is read from here on is written here.
        tx.gather();
        idempotency::insert_all(tx, &self.remembered, now_ms - WINDOW_MS).await?;
        agents::add_stats(tx, &stats).await?;
        payments::insert_all(tx, &self.payments).await?;
        outbox::insert_all(tx, &self.events).await?;
        evidence::add_all(tx, &evidence).await?;
        write_days(tx, &self.scored).await?;
        add_rollups(tx, &self.known.zones(), self.rollups).await?;
        Ok(tx.send().await?)
    }
}

/// The payment that a reference already names, if the draft says the same of it.
fn same_content(draft: &Draft, before: &Payment) -> Result<Recorded, Error> {
    let new = &draft.payment;
    let same = before.amount == new.amount
        && before.status == new.status
        && before.source == new.source
        && before.autonomous == new.autonomous
        && before.direction == new.direction
        && before.counterparty == new.counterparty
        && before.due_at_ms == new.due_at_ms
        && (!draft.date_given || before.happened_at_ms == new.happened_at_ms);
    if same {
        return Ok(Recorded { payment: before.clone(), replayed: true });
    }
    Err(Error::Conflict {
        field: Some("reference"),
        why: "The agent already has a payment with this reference and other content.".to_owned(),
    })
}
