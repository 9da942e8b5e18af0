//! The payment writer: concurrent payments share one transaction and one sync of the disk.
//!
//! Requests wait in a bounded queue. The writer takes all that wait, writes them with one statement for each table and
//! answers after the commit. Inside a batch each payment gets its own answer: a duplicate, a revoked key or a deleted
//! agent does not hold up its neighbours.

mod batch;
mod days;
mod known;

use std::collections::HashSet;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use model::Payment;
use store::Visible;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc, oneshot};

pub(crate) use batch::{Batch, Origin};
pub(crate) use days::write_days;
pub(crate) use known::Known;

use crate::agents::AgentName;
use crate::{Actor, Error, Idempotency, Inner, Recorded, Services};

/// Payments in one transaction at most.
const MAX_BATCH: usize = 1_000;
/// How long a transaction waits for company at most; the sync of the disk takes about as long.
const MAX_WAIT: Duration = Duration::from_millis(1);
/// How often it looks meanwhile.
const WAIT_STEP: Duration = Duration::from_micros(100);
/// How often a transaction is run again when another process got in its way.
const ATTEMPTS: u32 = 4;

/// A payment that passed every check that needs no transaction.
pub(crate) struct Draft {
    pub agent: Arc<AgentName>,
    pub payment: Payment,
    /// Whether the client named the date: only then can a repeated reference contradict it.
    pub date_given: bool,
}

/// Payments of one request, which stand or fall together.
pub(crate) struct Group {
    pub actor: Actor,
    pub drafts: Vec<Draft>,
    pub idempotency: Option<Idempotency>,
}

/// Why no payment of a group was recorded.
pub(crate) enum Refusal {
    /// The request as a whole.
    Whole(Error),
    /// These payments, by their place in the group.
    Payments(Vec<(usize, Error)>),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Whole(error)
    }
}

impl Refusal {
    /// The error of a group of one.
    pub(crate) fn only(self) -> Error {
        match self {
            Self::Whole(error) => error,
            Self::Payments(errors) => errors.into_iter().next().map_or_else(lost, |(_, e)| e),
        }
    }
}

type Outcome = Result<Vec<Recorded>, Refusal>;

/// What one transaction answers, and when it may.
struct Written {
    answers: Vec<Outcome>,
    visible: Visible,
}

impl Written {
    /// Nothing, for one group.
    fn refused(error: Error) -> Self {
        Self { answers: vec![Err(error.into())], visible: Visible::settled() }
    }
}

/// A group that waits, and who waits for it.
pub(crate) struct Job {
    group: Group,
    reply: oneshot::Sender<Outcome>,
    room: tokio::sync::OwnedSemaphorePermit,
}

/// The way to the writer.
pub(crate) struct Queue {
    jobs: mpsc::Sender<Job>,
    /// Payments, not groups: a thousand large batches would be a million payments in memory.
    room: Arc<Semaphore>,
    capacity: usize,
}

pub(crate) fn queue(capacity: usize) -> (Queue, mpsc::Receiver<Job>) {
    let capacity = capacity.max(1);
    let (jobs, receiver) = mpsc::channel(capacity);
    (Queue { jobs, room: Arc::new(Semaphore::new(capacity)), capacity }, receiver)
}

impl Queue {
    /// Waits until the payments are durable. A full queue refuses at once.
    pub(crate) async fn submit(&self, group: Group) -> Outcome {
        let full = || Error::Overloaded { retry_after_s: 1 };
        // A group larger than the queue waits for all of it.
        let needed = u32::try_from(group.drafts.len().min(self.capacity)).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).try_acquire_many_owned(needed).map_err(|_| full())?;
        let (reply, answer) = oneshot::channel();
        self.jobs.try_send(Job { group, reply, room }).map_err(|_| full())?;
        answer.await.map_err(|_| Error::internal("the payment writer stopped"))?
    }

    /// How many payments wait, and how many may.
    pub(crate) fn usage(&self) -> (usize, usize) {
        (self.capacity - self.room.available_permits(), self.capacity)
    }

    /// Waits until nothing waits.
    pub(crate) async fn drain(&self) {
        // All room in the channel is free exactly when every job was taken.
        let room = self.jobs.max_capacity();
        drop(self.jobs.reserve_many(room).await);
    }
}

/// Starts the writer; it ends when the services are dropped.
///
/// It has a thread of its own: a transaction is more than ten answers of the database one after the other, and on the
/// threads of the requests each of them would wait behind every request that is ready.
pub(crate) fn spawn(services: &Services, jobs: mpsc::Receiver<Job>) -> std::io::Result<()> {
    // Weak: the writer must not keep alive what closes its queue.
    let inner = Arc::downgrade(&services.0);
    let runtime = Handle::current();
    let writer = std::thread::Builder::new().name("payments".to_owned());
    writer.spawn(move || runtime.block_on(write_all(inner, jobs))).map(drop)
}

async fn write_all(inner: Weak<Inner>, mut jobs: mpsc::Receiver<Job>) {
    let mut batch = Vec::with_capacity(MAX_BATCH);
    let mut company = Company::default();
    while jobs.recv_many(&mut batch, MAX_BATCH).await > 0 {
        let Some(inner) = inner.upgrade() else { return };
        let services = Services(inner);
        company.wait(|| batch.len() + jobs.len());
        while batch.len() < MAX_BATCH
            && let Ok(job) = jobs.try_recv()
        {
            batch.push(job);
        }
        while !batch.is_empty() {
            let now = fitting(&batch);
            company.met(now);
            services.write_batch(batch.drain(..now).collect()).await;
        }
    }
}

/// How many clients there are, so that a transaction is not begun for a few of them: its fixed costs are those of a
/// dozen payments. Postgres knows this as `commit_delay` and `commit_siblings`.
#[derive(Default)]
struct Company {
    last: usize,
    before: usize,
}

impl Company {
    /// A transaction has so many jobs.
    fn met(&mut self, jobs: usize) {
        self.before = std::mem::replace(&mut self.last, jobs);
    }

    /// Waits on this thread until half of the company is there: the other half is being answered. Never for a client
    /// that is alone or with one other, and not for long when clients have left.
    fn wait(&self, waiting: impl Fn() -> usize) {
        let half = (self.last + self.before) / 2;
        let since = Instant::now();
        while waiting() < half && since.elapsed() < MAX_WAIT {
            std::thread::sleep(WAIT_STEP);
        }
    }
}

/// How many of the waiting jobs go into the next transaction: at least one, at most [`MAX_BATCH`] payments.
fn fitting(jobs: &[Job]) -> usize {
    let mut payments = 0;
    let fit = jobs.iter().take_while(|job| {
        payments += job.group.drafts.len();
        payments <= MAX_BATCH
    });
    fit.count().clamp(1, jobs.len())
}

impl Services {
    async fn write_batch(&self, jobs: Vec<Job>) {
        let (groups, replies): (Vec<_>, Vec<_>) = jobs
            .into_iter()
            .map(|Job { group, reply, room }| {
                drop(room);
                (group, reply)
            })
            .unzip();
        match self.write_groups(&groups).await {
            Ok(written) => self.answer(&groups, replies, written),
            Err(error) if groups.len() == 1 => {
                self.answer(&groups, replies, Written::refused(error));
            }
            Err(error) => {
                tracing::warn!(%error, requests = groups.len(), "a batch failed; writing its requests one by one");
                for (group, reply) in groups.chunks(1).zip(replies) {
                    let written = self.write_groups(group).await.unwrap_or_else(Written::refused);
                    self.answer(group, vec![reply], written);
                }
            }
        }
    }

    /// Answers once everything is durable; the writer goes on meanwhile.
    fn answer(&self, groups: &[Group], replies: Vec<oneshot::Sender<Outcome>>, written: Written) {
        let mut seen = HashSet::new();
        for draft in groups.iter().flat_map(|group| &group.drafts) {
            if seen.insert(&draft.agent.id) {
                self.0.profiles.forget_name(&draft.agent);
            }
        }
        let Written { answers, visible } = written;
        tokio::spawn(async move {
            let durable = visible.durable().await;
            for (reply, answer) in replies.into_iter().zip(answers) {
                let answer = match &durable {
                    Ok(()) => answer,
                    Err(error) => Err(Error::internal(error.to_string()).into()),
                };
                // Nobody waits any more when the client hung up; the payment is recorded all the same.
                let _ = reply.send(answer);
            }
        });
    }

    /// Writes groups in one transaction, again if another process got in its way.
    async fn write_groups(&self, groups: &[Group]) -> Result<Written, Error> {
        let mut attempt = 1;
        loop {
            match self.try_write(groups).await {
                Err(Error::Internal(e)) if attempt < ATTEMPTS && may_retry(e.as_ref()) => {
                    attempt += 1
                }
                done => return done,
            }
        }
    }

    async fn try_write(&self, groups: &[Group]) -> Result<Written, Error> {
        let now_ms = self.now_ms();
        let mut tx = self.store().begin().await?;
        let known = Known::read(&mut tx, groups, now_ms).await?;
        let mut batch = Batch::new(known);
        let mut answers = Vec::with_capacity(groups.len());
        for group in groups {
            answers.push(batch.decide(self, group, now_ms)?);
        }
        if !batch.is_empty() {
            batch.write(&mut tx, now_ms).await?;
        }
        // Of a batch that writes nothing, too: an answer that it repeats may not be durable yet.
        let visible = tx.publish().await?;
        Ok(Written { answers, visible })
    }
}

fn lost() -> Error {
    Error::internal("the payment writer gave no answer")
}

fn may_retry(error: &(dyn std::error::Error + 'static)) -> bool {
    let database = error.downcast_ref::<store::Error>();
    database.is_some_and(|e| e.is_retryable() || e.is_unique_violation())
}
