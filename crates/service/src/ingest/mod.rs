//! The payment writer: concurrent payments share one transaction and one sync of the disk.
//!
//! Requests wait in a bounded queue. The writer takes all that wait, writes them with one statement for each table and
//! answers after the commit. Inside a batch each payment gets its own answer: a duplicate, a revoked key or a deleted
//! agent does not hold up its neighbours.

mod batch;
mod known;

use std::sync::{Arc, Weak};

use model::Payment;
use tokio::sync::{mpsc, oneshot};

pub(crate) use batch::{Batch, Origin};
pub(crate) use known::Known;

use crate::agents::AgentName;
use crate::{Actor, Error, Idempotency, Inner, Recorded, Services};

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

    /// How many payments wait, and how many may.
    pub(crate) fn usage(&self) -> (usize, usize) {
        let room = self.0.max_capacity();
        (room - self.0.capacity(), room)
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
        let mut batch = Batch::new(known);
        let mut answers = Vec::with_capacity(drafts.len());
        for draft in drafts {
            answers.push(batch.decide(self, draft, now_ms)?);
        }
        if batch.is_empty() {
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
