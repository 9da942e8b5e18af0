//! The payment writer: concurrent payments share one transaction and one sync of the disk.
//!
//! Requests wait in a bounded queue. The writer takes all that wait, writes them with one statement for each table and
//! answers after the commit. Inside a batch each payment gets its own answer: a duplicate, a revoked key or a deleted
//! agent does not hold up its neighbours.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Weak};

use model::score::{Evidence, EvidenceKey};
use model::{
    AgentId, ApiKeyId, Direction, Payment, PaymentId, PaymentStats, PaymentStatus, WorkspaceId,
    day_of, quarter_of,
};
use serde::Serialize;
use store::evidence::DayHash;
use store::idempotency::Remembered;
use store::outbox::Event;
use store::payments::NewPayment;
use store::rollups::RollupKey;
use store::{Tx, agents, api_keys, evidence, idempotency, outbox, payments};
use tokio::sync::{mpsc, oneshot};

use crate::agents::AgentName;
use crate::audit::leaf_hash;
use crate::idempotency::{WINDOW_MS, mismatch};
use crate::periods::add_rollups;
use crate::secrets::{hex, sha256_hex};
use crate::{Actor, Error, Idempotency, Inner, Recorded, Services, Who};

/// Payments in one transaction at most.
const MAX_BATCH: usize = 1_000;
/// How often a transaction is run again when another process got in its way.
const ATTEMPTS: u32 = 4;

/// A payment that passed every check that needs no transaction.
pub(crate) struct Draft {
    pub actor: Actor,
    pub agent: Arc<AgentName>,
    pub payment: Payment,
    /// Whether the client named the date: only then can a repeated reference contradict it.
    pub date_given: bool,
    pub idempotency: Option<Idempotency>,
}

/// A payment that waits, and who waits for it.
pub(crate) struct Job {
    draft: Draft,
    reply: oneshot::Sender<Result<Recorded, Error>>,
}

/// The way to the writer.
pub(crate) struct Queue(mpsc::Sender<Job>);

pub(crate) fn queue(capacity: usize) -> (Queue, mpsc::Receiver<Job>) {
    let (sender, receiver) = mpsc::channel(capacity.max(1));
    (Queue(sender), receiver)
}

impl Queue {
    /// Waits until the payment is durable. A full queue refuses at once.
    pub(crate) async fn submit(&self, draft: Draft) -> Result<Recorded, Error> {
        let (reply, answer) = oneshot::channel();
        self.0
            .try_send(Job { draft, reply })
            .map_err(|_| Error::Overloaded { retry_after_s: 1 })?;
        answer.await.map_err(|_| Error::internal("the payment writer stopped"))?
    }

    /// Waits until nothing waits.
    pub(crate) async fn drain(&self) {
        // All room in the channel is free exactly when every job was taken.
        let room = self.0.max_capacity();
        drop(self.0.reserve_many(room).await);
    }
}

/// Starts the writer; it ends when the services are dropped.
pub(crate) fn spawn(services: &Services, mut jobs: mpsc::Receiver<Job>) {
    // Weak: the writer must not keep alive what closes its queue.
    let inner: Weak<Inner> = Arc::downgrade(&services.0);
    tokio::spawn(async move {
        let mut batch = Vec::with_capacity(MAX_BATCH);
        while jobs.recv_many(&mut batch, MAX_BATCH).await > 0 {
            let Some(inner) = inner.upgrade() else { return };
            Services(inner).write_batch(&mut batch).await;
        }
    });
}

impl Services {
    async fn write_batch(&self, batch: &mut Vec<Job>) {
        let (drafts, replies): (Vec<_>, Vec<_>) =
            batch.drain(..).map(|job| (job.draft, job.reply)).unzip();
        let answers = match self.write_drafts(&drafts).await {
            Ok(answers) => answers,
            Err(error) if drafts.len() == 1 => vec![Err(error)],
            Err(error) => {
                tracing::warn!(%error, payments = drafts.len(), "a batch failed; writing its payments one by one");
                let mut answers = Vec::with_capacity(drafts.len());
                for draft in drafts.chunks(1) {
                    let one = self.write_drafts(draft).await;
                    answers.push(one.and_then(|mut a| a.pop().unwrap_or_else(|| Err(lost()))));
                }
                answers
            }
        };
        for draft in &drafts {
            self.0.profiles.forget_name(&draft.agent);
        }
        for (reply, answer) in replies.into_iter().zip(answers) {
            // Nobody waits any more when the client hung up; the payment is recorded all the same.
            let _ = reply.send(answer);
        }
    }

    /// Writes drafts in one transaction, again if another process got in its way.
    async fn write_drafts(&self, drafts: &[Draft]) -> Result<Vec<Result<Recorded, Error>>, Error> {
        let mut attempt = 1;
        loop {
            match self.try_write(drafts).await {
                Err(Error::Internal(e)) if attempt < ATTEMPTS && may_retry(e.as_ref()) => {
                    attempt += 1
                }
                done => return done,
            }
        }
    }

    async fn try_write(&self, drafts: &[Draft]) -> Result<Vec<Result<Recorded, Error>>, Error> {
        let now_ms = self.now_ms();
        let mut tx = self.store().begin().await?;
        let known = Known::read(&mut tx, drafts, now_ms).await?;
        let mut batch = Batch { known, ..Batch::default() };
        let mut answers = Vec::with_capacity(drafts.len());
        for draft in drafts {
            answers.push(batch.decide(self, draft, now_ms)?);
        }
        if batch.payments.is_empty() && batch.remembered.is_empty() {
            return Ok(answers);
        }
        batch.write(&mut tx, now_ms).await?;
        tx.commit().await?;
        Ok(answers)
    }
}

fn lost() -> Error {
    Error::internal("the payment writer gave no answer")
}

fn may_retry(error: &(dyn std::error::Error + 'static)) -> bool {
    if error.is::<KeyTaken>() {
        return true;
    }
    let database = error.downcast_ref::<store::Error>();
    database.is_some_and(|e| e.is_retryable() || e.is_unique_violation())
}

/// Another process answered one of the idempotency keys first.
#[derive(Debug)]
struct KeyTaken;

impl std::fmt::Display for KeyTaken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an idempotency key was taken meanwhile")
    }
}

impl std::error::Error for KeyTaken {}

type KeyName = (WorkspaceId, String, String);
type ReferenceName = (AgentId, String);

/// What the database says about the drafts of a batch, and what the batch itself adds to it.
#[derive(Default)]
struct Known {
    keys: HashSet<ApiKeyId>,
    agents: HashSet<AgentId>,
    /// Counterparties that are agents of the payer's own workspace.
    own: HashSet<(WorkspaceId, String)>,
    references: HashMap<ReferenceName, Payment>,
    remembered: HashMap<KeyName, Remembered>,
    /// The payments that the remembered answers were about.
    answered: HashMap<PaymentId, Payment>,
}

impl Known {
    async fn read(tx: &mut Tx, drafts: &[Draft], now_ms: i64) -> Result<Self, Error> {
        let mut keys = BTreeMap::new();
        let mut names = BTreeMap::new();
        let mut counterparties = HashSet::new();
        let mut references = HashSet::new();
        let mut idem = HashSet::new();
        for d in drafts {
            if let Who::Key { id, .. } = &d.actor.who {
                keys.insert(id, &d.actor.workspace_id);
            }
            names.insert(&d.agent.id, &d.actor.workspace_id);
            if let Some(counterparty) = &d.payment.counterparty {
                counterparties.insert((&d.actor.workspace_id, counterparty.as_str()));
            }
            if let Some(reference) = &d.payment.reference {
                references.insert((&d.actor.workspace_id, &d.agent.id, reference.as_str()));
            }
            if let Some(i) = &d.idempotency {
                idem.insert((&d.actor.workspace_id, i.scope.as_str(), i.key.as_str()));
            }
        }
        let mut known = Self::default();
        let keys: Vec<_> = keys.into_iter().map(|(id, ws)| (ws, id)).collect();
        if !keys.is_empty() {
            known.keys = api_keys::list_active(tx, &keys, now_ms).await?.into_iter().collect();
        }
        let names: Vec<_> = names.into_iter().map(|(id, ws)| (ws, id)).collect();
        known.agents = agents::list_active(tx, &names).await?.into_iter().collect();
        if !counterparties.is_empty() {
            let names: Vec<_> = counterparties.into_iter().collect();
            known.own = agents::list_own(tx, &names).await?.into_iter().collect();
        }
        if !references.is_empty() {
            let references: Vec<_> = references.into_iter().collect();
            for payment in payments::list_by_reference(tx, &references).await? {
                if let Some(reference) = payment.reference.clone() {
                    known.references.insert((payment.agent_id.clone(), reference), payment);
                }
            }
        }
        if !idem.is_empty() {
            let idem: Vec<_> = idem.into_iter().collect();
            for found in idempotency::list(tx, &idem, now_ms - WINDOW_MS).await? {
                let name = (found.workspace_id.clone(), found.scope.clone(), found.key.clone());
                known.remembered.insert(name, found);
            }
            let ids = known.remembered.values().map(|r| (&r.workspace_id, r.outcome.as_str()));
            let ids: Vec<_> = ids.collect();
            if !ids.is_empty() {
                let payments = payments::list_by_id(tx, &ids).await?;
                known.answered = payments.into_iter().map(|p| (p.id.clone(), p)).collect();
            }
        }
        Ok(known)
    }
}

/// What a batch will write.
#[derive(Default)]
struct Batch {
    known: Known,
    payments: Vec<NewPayment>,
    events: Vec<Event>,
    remembered: Vec<Remembered>,
    stats: BTreeMap<AgentId, (WorkspaceId, PaymentStats)>,
    evidence: HashMap<(AgentId, EvidenceKey), (WorkspaceId, Evidence)>,
    rollups: HashMap<RollupKey, (i64, i128)>,
    /// Canonical scored payments by agent and recorded day, in order.
    scored: BTreeMap<(AgentId, i64), (WorkspaceId, Vec<String>)>,
}

impl Batch {
    /// The answer to one draft; what is new goes into the batch. An outer error fails the whole batch.
    fn decide(
        &mut self,
        services: &Services,
        draft: &Draft,
        now_ms: i64,
    ) -> Result<Result<Recorded, Error>, Error> {
        if let Who::Key { id, .. } = &draft.actor.who
            && !self.known.keys.contains(id)
        {
            return Ok(Err(Error::Unauthenticated {
                why: "The API key was revoked or has expired.",
            }));
        }
        if let Some(answer) = self.replay(draft) {
            return Ok(answer);
        }
        if !self.known.agents.contains(&draft.agent.id) {
            return Ok(Err(Error::NotFound { what: "agent" }));
        }
        if let Some(answer) = self.same_reference(draft) {
            if let Ok(recorded) = &answer {
                self.remember(draft, &recorded.payment, now_ms);
            }
            return Ok(answer);
        }
        let payment = self.stamp(services, draft, now_ms);
        self.add(services, draft, &payment)?;
        self.remember(draft, &payment, now_ms);
        Ok(Ok(Recorded { payment, replayed: false }))
    }

    fn replay(&self, draft: &Draft) -> Option<Result<Recorded, Error>> {
        let idem = draft.idempotency.as_ref()?;
        let name = (draft.actor.workspace_id.clone(), idem.scope.clone(), idem.key.clone());
        let found = self.known.remembered.get(&name)?;
        if found.request_hash != idem.request_hash {
            return Some(Err(mismatch()));
        }
        // Only the id is remembered: the payment itself stands in the ledger, or earlier in this batch.
        let id = PaymentId::from_stored(found.outcome.clone());
        let payment = self.known.answered.get(&id).or_else(|| {
            self.payments.iter().map(|new| &new.payment).find(|payment| payment.id == id)
        });
        let recorded = payment.map(|p| Recorded { payment: p.clone(), replayed: true });
        Some(recorded.ok_or_else(lost))
    }

    fn same_reference(&self, draft: &Draft) -> Option<Result<Recorded, Error>> {
        let reference = draft.payment.reference.clone()?;
        let before = self.known.references.get(&(draft.agent.id.clone(), reference))?;
        let new = &draft.payment;
        let same = before.amount == new.amount
            && before.status == new.status
            && before.source == new.source
            && before.autonomous == new.autonomous
            && before.direction == new.direction
            && before.counterparty == new.counterparty
            && before.due_at_ms == new.due_at_ms
            && (!draft.date_given || before.happened_at_ms == new.happened_at_ms);
        Some(if same {
            Ok(Recorded { payment: before.clone(), replayed: true })
        } else {
            Err(Error::Conflict {
                field: Some("reference"),
                why: "The agent already has a payment with this reference and other content."
                    .to_owned(),
            })
        })
    }

    /// The payment with what only the writer decides.
    fn stamp(&self, services: &Services, draft: &Draft, now_ms: i64) -> Payment {
        let own = draft.payment.counterparty.clone().is_some_and(|counterparty| {
            self.known.own.contains(&(draft.actor.workspace_id.clone(), counterparty))
        });
        Payment {
            id: PaymentId::new(now_ms, services.entropy().bytes()),
            recorded_at_ms: now_ms,
            self_payment: own,
            ..draft.payment.clone()
        }
    }

    fn remember(&mut self, draft: &Draft, payment: &Payment, now_ms: i64) {
        if let Some(idem) = &draft.idempotency {
            let row = idem.outcome_text(&draft.actor, payment.id.to_string(), now_ms);
            let name = (row.workspace_id.clone(), row.scope.clone(), row.key.clone());
            self.known.remembered.insert(name, row.clone());
            self.remembered.push(row);
        }
    }

    fn add(&mut self, services: &Services, draft: &Draft, payment: &Payment) -> Result<(), Error> {
        let workspace = &draft.actor.workspace_id;
        let kind = match payment.direction {
            Direction::Sent => "payment.recorded",
            Direction::Received => "payment.received",
        };
        let detail = serde_json::to_string(payment).map_err(Error::internal)?;
        let salt = hex(&services.entropy().bytes::<16>());
        let leaf_hash = leaf_hash(
            (payment.id.as_str(), workspace),
            kind,
            payment.recorded_at_ms,
            (&salt, &detail),
        )?;
        self.events.push(services.event(workspace, (kind, payment.id.as_str()), None));
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
            recorded_by: draft.actor.audit_id().to_owned(),
            via: draft.actor.via.as_str().to_owned(),
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

    async fn write(self, tx: &mut Tx, now_ms: i64) -> Result<(), Error> {
        if !self.remembered.is_empty() {
            let written = idempotency::insert_all(tx, &self.remembered, now_ms - WINDOW_MS).await?;
            if usize::try_from(written).ok() != Some(self.remembered.len()) {
                return Err(Error::internal(KeyTaken));
            }
        }
        if self.payments.is_empty() {
            return Ok(());
        }
        // First: it locks the agents, and with them their days, until the commit.
        let stats: Vec<_> = self.stats.iter().map(|(id, (ws, s))| (ws, id, *s)).collect();
        agents::add_stats(tx, &stats).await?;
        payments::insert_all(tx, &self.payments).await?;
        outbox::insert_all(tx, &self.events).await?;
        if !self.evidence.is_empty() {
            let rows: Vec<_> =
                self.evidence.iter().map(|((agent, _), (ws, e))| (ws, agent, e.clone())).collect();
            evidence::add_all(tx, &rows).await?;
            write_days(tx, &self.scored).await?;
        }
        add_rollups(tx, self.rollups).await
    }
}

/// Extends the running hash of each day by the payments that were scored on it: h' = SHA-256(h ‖ payment).
async fn write_days(
    tx: &mut Tx,
    scored: &BTreeMap<(AgentId, i64), (WorkspaceId, Vec<String>)>,
) -> Result<(), Error> {
    let days: Vec<_> = scored.iter().map(|((agent, day), (ws, _))| (ws, agent, *day)).collect();
    let mut hashes: HashMap<(AgentId, i64), String> = evidence::list_days(tx, &days)
        .await?
        .into_iter()
        .map(|d| ((d.agent_id, d.recorded_day), d.hash))
        .collect();
    let mut rows = Vec::with_capacity(scored.len());
    for (name, (ws, payments)) in scored {
        let mut hash = hashes.remove(name).unwrap_or_default();
        for payment in payments {
            hash = sha256_hex(&[hash.as_bytes(), payment.as_bytes()]);
        }
        rows.push(DayHash {
            workspace_id: ws.clone(),
            agent_id: name.0.clone(),
            recorded_day: name.1,
            hash,
        });
    }
    Ok(evidence::upsert_days(tx, &rows).await?)
}

/// A scored payment as `surety score` reads it; times in Unix milliseconds. Field order is part of the format.
fn canonical(payment: &Payment) -> Result<String, Error> {
    #[derive(Serialize)]
    struct Scored<'a> {
        id: &'a str,
        status: &'a str,
        amount_micros: i64,
        currency: &'a str,
        is_autonomous: bool,
        self_payment: bool,
        date_ms: i64,
        recorded_at_ms: i64,
    }
    serde_json::to_string(&Scored {
        id: payment.id.as_str(),
        status: payment.status.as_str(),
        amount_micros: payment.amount.micros,
        currency: payment.amount.currency.as_str(),
        is_autonomous: payment.autonomous,
        self_payment: payment.self_payment,
        date_ms: payment.happened_at_ms,
        recorded_at_ms: payment.recorded_at_ms,
    })
    .map_err(Error::internal)
}
