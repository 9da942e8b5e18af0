//! Delivery: one clerk for each process, which does all the writing in one transaction after the other, and senders,
//! which only talk to endpoints.
//!
//! The clerk hands events from the outbox to the endpoints that listen, takes queues in hand that nobody has, reads ahead
//! for its lanes and writes down what attempts came to. Whoever has a queue in hand is the only one that sends from it, in
//! order; a process that dies loses it after [`LEASE_MS`].

mod lanes;
mod send;

pub(super) use lanes::Address;
pub use send::SCHEDULE_MS;
pub(super) use send::{Sent, compose, send};

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::{DisabledReason, PaymentId};
use store::deliveries::{self, FullDelivery, Outcome};
use store::queues::{self, QueueName};
use store::webhooks::{self, AttemptCounts};
use store::{Conn, Tx, outbox, payments};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use url::Url;

use super::{Told, WebhookSecrets, switch_off};
use crate::secrets::hex;
use crate::{Error, Services};
use lanes::{Job, Lanes};

/// How long a queue stays in hand of a process that died.
const LEASE_MS: i64 = 8_000;
const RENEW_EVERY: Duration = Duration::from_secs(2);
/// What is sent stops so much before others may take over.
const LEASE_MARGIN: Duration = Duration::from_millis(500);
/// How often to look for something to do.
const LOOK_EVERY: Duration = Duration::from_millis(40);
/// How long to let outcomes gather.
const GATHER: Duration = Duration::from_millis(5);
/// How often endpoints are read again: a change holds after that.
const ADDRESSES_EVERY: Duration = Duration::from_millis(500);
/// Workspaces whose events are handed out in one transaction.
const WORKSPACES: i64 = 200;
/// Events that are handed out in one transaction.
const EVENTS: i64 = 1_000;
/// Events of those to whom nobody listens, dropped in one transaction and for each workspace.
const DISCARDED: i64 = 2_000;
const DISCARD_EVERY: Duration = Duration::from_secs(1);
/// Queues that are taken in hand in one transaction.
const CLAIMED: i64 = 500;
/// Deliveries read ahead for a careful lane, and for a fast one.
const READ_AHEAD: [i64; 2] = [64, 2_048];
/// Days of failure after which an endpoint is switched off.
const FAILING_MS: i64 = 5 * model::DAY_MS;
/// How long to wait for what is under way when the process ends.
const FAREWELL: Duration = Duration::from_secs(5);

/// Delivers webhooks until it is stopped.
pub struct WebhookWorker {
    engine: Arc<Engine>,
    clerk: JoinHandle<()>,
}

pub(super) struct Engine {
    services: Services,
    /// What this process calls itself in the database.
    owner: String,
    lanes: Mutex<Lanes>,
    /// Wakes the clerk.
    news: Notify,
}

/// What a transaction has changed: what is written down, what was let go, whether anything had been in hand before, what
/// still is, what is new, and where more waits.
struct Settled<'a> {
    outcomes: &'a [Outcome],
    done: Vec<QueueName>,
    owned: bool,
    kept: Option<Vec<QueueName>>,
    claimed: Vec<QueueName>,
    touched: Vec<QueueName>,
}

/// What the clerk remembers from one round to the next.
struct Clerk {
    renewed: Instant,
    discarded: Instant,
    addressed: Instant,
}

impl Services {
    /// Starts to deliver webhooks.
    pub fn deliver_webhooks(&self) -> WebhookWorker {
        let engine = Arc::new(Engine {
            services: self.clone(),
            owner: hex(&self.entropy().bytes::<8>()),
            lanes: Mutex::new(Lanes::new()),
            news: Notify::new(),
        });
        let clerk = tokio::spawn(Arc::clone(&engine).work());
        WebhookWorker { engine, clerk }
    }
}

impl WebhookWorker {
    /// Starts nothing new, waits a little for what is under way, and lets other processes go on.
    pub async fn stop(self) {
        self.engine.lanes().stopping = true;
        self.engine.news.notify_one();
        drop(self.clerk.await);
    }
}

impl Engine {
    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn work(self: Arc<Self>) {
        let long_ago = Instant::now();
        let mut clerk = Clerk { renewed: long_ago, discarded: long_ago, addressed: long_ago };
        if let Err(error) = self.begin().await {
            tracing::warn!(?error, "what an earlier process had in hand was not let go");
        }
        let mut farewell = None;
        loop {
            let busy = match self.round(&mut clerk).await {
                Ok(busy) => busy,
                Err(error) => {
                    tracing::warn!(?error, "webhooks wait: their bookkeeping failed");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                    false
                }
            };
            let (stopping, under_way, unwritten) = {
                let lanes = self.lanes();
                (lanes.stopping, lanes.busy(), lanes.has_outcomes())
            };
            if stopping {
                let until = *farewell.get_or_insert_with(|| Instant::now() + FAREWELL);
                if (!under_way && !unwritten) || Instant::now() >= until {
                    break;
                }
            }
            if !busy {
                let _ = tokio::time::timeout(LOOK_EVERY, self.news.notified()).await;
            }
            tokio::time::sleep(GATHER).await;
        }
        if let Err(error) = self.end().await {
            tracing::warn!(?error, "webhooks were not let go");
        }
    }

    /// SQLite has one process: whatever is in hand there belongs to one that is dead.
    async fn begin(&self) -> Result<(), Error> {
        let store = self.services.store();
        if store.engine_name() == "sqlite" {
            let mut tx = store.begin().await?;
            queues::release_everybodys(&mut tx).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn end(&self) -> Result<(), Error> {
        let mut tx = self.services.store().begin().await?;
        queues::release_all(&mut tx, &self.owner).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Everything that is to be done now; whether there may be more at once.
    async fn round(self: &Arc<Self>, clerk: &mut Clerk) -> Result<bool, Error> {
        let now_ms = self.services.now_ms();
        let (outcomes, gone) = self.lanes().take();
        let written = self.write(clerk, now_ms, (&outcomes, &gone)).await;
        let busy = match written {
            Ok(busy) => busy,
            Err(error) => {
                self.lanes().put_back(outcomes, gone);
                return Err(error);
            }
        };
        let read = self.read_ahead(clerk, now_ms).await?;
        self.staff();
        Ok(busy || read)
    }

    /// Starts senders where there is something to do.
    fn staff(self: &Arc<Self>) {
        let started = self.lanes().staff(self.services.now_ms());
        for name in started {
            tokio::spawn(Arc::clone(self).run_sender(name));
        }
    }

    /// One transaction, if there is anything to write.
    async fn write(
        &self,
        clerk: &mut Clerk,
        now_ms: i64,
        (outcomes, gone): (&[Outcome], &HashSet<QueueName>),
    ) -> Result<bool, Error> {
        let store = self.services.store();
        let now = Instant::now();
        let (done, owned, stopping) = {
            let lanes = self.lanes();
            (lanes.done_after(outcomes), !lanes.is_empty(), lanes.stopping)
        };
        let mut conn = store.read().await?;
        let waiting = outbox::list_workspaces(&mut conn, WORKSPACES).await?;
        let due = !stopping && queues::has_due(&mut conn, now_ms).await?;
        drop(conn);
        let (heard, unheard): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|w| w.listened_to);
        let renew = owned && now.duration_since(clerk.renewed) >= RENEW_EVERY;
        let discard = !unheard.is_empty()
            && (now.duration_since(clerk.discarded) >= DISCARD_EVERY || !heard.is_empty());
        let idle = outcomes.is_empty() && gone.is_empty() && done.is_empty() && heard.is_empty();
        if idle && !due && !renew && !discard {
            return Ok(false);
        }
        let mut tx = store.begin().await?;
        self.write_outcomes(&mut tx, now_ms, (outcomes, gone)).await?;
        let heard: Vec<_> = heard.into_iter().map(|w| w.workspace_id).collect();
        let (events, touched) = fan_out(&mut tx, &heard, now_ms).await?;
        if discard {
            let unheard: Vec<_> = unheard.into_iter().map(|w| w.workspace_id).collect();
            outbox::discard(&mut tx, &unheard, DISCARDED).await?;
            clerk.discarded = now;
        }
        let until_ms = now_ms + LEASE_MS;
        let claims = due || !touched.is_empty();
        let mut kept = None;
        if owned && (renew || claims) {
            kept = Some(queues::renew(&mut tx, &self.owner, until_ms).await?);
        }
        if !done.is_empty() {
            queues::release(&mut tx, &self.owner, &done).await?;
        }
        let claimed = if claims && !stopping {
            queues::claim(&mut tx, &self.owner, (now_ms, until_ms), CLAIMED).await?
        } else {
            Vec::new()
        };
        // Durable before anything of it is told to anybody.
        tx.commit().await?;

        self.settle(clerk, now, Settled { outcomes, done, owned, kept, claimed, touched });
        Ok(events > 0)
    }

    /// Takes over into memory what a transaction has changed.
    fn settle(&self, clerk: &mut Clerk, now: Instant, settled: Settled<'_>) {
        let Settled { outcomes, done, owned, kept, claimed, touched } = settled;
        let mut lanes = self.lanes();
        lanes.written(outcomes);
        lanes.close(&done);
        if kept.is_some() || !owned {
            lanes.valid_until = now + Duration::from_millis(LEASE_MS.unsigned_abs()) - LEASE_MARGIN;
            clerk.renewed = now;
        }
        if let Some(mut kept) = kept {
            kept.retain(|name| !done.contains(name));
            lanes.keep_only(&kept);
            lanes.open(kept);
        }
        if !claimed.is_empty() {
            clerk.addressed -= ADDRESSES_EVERY;
            lanes.open(claimed);
        }
        lanes.touched(&touched);
    }

    /// Writes down what attempts came to, and switches off who is gone or failed for too long.
    async fn write_outcomes(
        &self,
        tx: &mut Tx,
        now_ms: i64,
        (outcomes, gone): (&[Outcome], &HashSet<QueueName>),
    ) -> Result<(), Error> {
        if outcomes.is_empty() {
            return Ok(());
        }
        deliveries::insert_outcomes(tx, outcomes).await?;
        let failing = webhooks::add_attempts(tx, &counts(outcomes)).await?;
        for name in gone {
            switch_off(&self.services, tx, name, DisabledReason::Gone).await?;
        }
        for (ws, ep, since_ms) in failing {
            if since_ms <= now_ms - FAILING_MS {
                switch_off(&self.services, tx, &(ws, ep), DisabledReason::Failing).await?;
            }
        }
        Ok(())
    }

    /// Reads what is to go out next; whether there was anything.
    async fn read_ahead(&self, clerk: &mut Clerk, now_ms: i64) -> Result<bool, Error> {
        let names = self.lanes().names();
        if names.is_empty() {
            return Ok(false);
        }
        let mut conn = self.services.store().read().await?;
        let now = Instant::now();
        if now.duration_since(clerk.addressed) >= ADDRESSES_EVERY {
            let addresses = self.addresses(&mut conn, &names).await?;
            self.lanes().address(addresses);
            clerk.addressed = now;
        }
        let hungry = self.lanes().hungry();
        let mut read = false;
        for (queues, limit) in hungry.into_iter().zip(READ_AHEAD) {
            if queues.is_empty() {
                continue;
            }
            let waiting = deliveries::list_waiting(&mut conn, &queues, now_ms, limit).await?;
            let new = self.lanes().unknown(waiting);
            if new.is_empty() {
                continue;
            }
            read = true;
            let full = deliveries::list_full(&mut conn, &new).await?;
            let jobs = jobs(&mut conn, full).await?;
            let mut by_name: HashMap<_, _> =
                jobs.into_iter().map(|job| (job.name.clone(), job)).collect();
            let ordered = new.iter().filter_map(|name| by_name.remove(name)).collect();
            self.lanes().fill(ordered);
        }
        Ok(read)
    }

    async fn addresses(
        &self,
        conn: &mut Conn,
        names: &[QueueName],
    ) -> Result<HashMap<QueueName, Arc<Address>>, Error> {
        let targets = webhooks::list_targets(conn, names).await?;
        let mut addresses = HashMap::with_capacity(targets.len());
        for target in targets {
            let name = (target.workspace_id, target.endpoint.id);
            let secrets = WebhookSecrets::open(&self.services.0.vault, &target.secrets);
            let (secrets, url) = match (secrets, Url::parse(&target.endpoint.url)) {
                (Ok(secrets), Ok(url)) => (secrets, url),
                (secrets, url) => {
                    // One broken row must not hold up the others.
                    let (secrets, url) = (secrets.err(), url.err());
                    tracing::error!(?secrets, ?url, endpoint = %name.1, "an endpoint is unusable");
                    continue;
                }
            };
            let address = Address { url, dialect: target.endpoint.dialect, secrets };
            addresses.insert(name, Arc::new(address));
        }
        Ok(addresses)
    }
}

/// Hands the oldest events of these workspaces to the endpoints that listen: how many events, and whose queues have more.
async fn fan_out(
    tx: &mut Tx,
    workspaces: &[model::WorkspaceId],
    now_ms: i64,
) -> Result<(usize, Vec<QueueName>), Error> {
    if workspaces.is_empty() {
        return Ok((0, Vec::new()));
    }
    // One process at a time, so that what happened earlier is handed out earlier.
    store::jobs::claim(tx, "webhooks", 1, (1, 0)).await?;
    let share = EVENTS / i64::try_from(workspaces.len()).unwrap_or(EVENTS);
    let events = outbox::take(tx, workspaces, share.max(5)).await?;
    let listening = webhooks::list_listening(tx, workspaces).await?;
    let mut pairs = Vec::with_capacity(events.len());
    for event in events.iter().filter(|e| model::EVENT_TYPES.contains(&e.kind.as_str())) {
        // What still waits in the outbox may be older than whoever listens now.
        let whose = listening.iter().filter(|l| {
            l.workspace_id == event.workspace_id && l.created_at_ms <= event.created_at_ms
        });
        pairs.extend(whose.filter(|l| l.events.has(&event.kind)).map(|l| (&l.id, event)));
    }
    let mut touched: Vec<_> =
        pairs.iter().map(|(ep, event)| (event.workspace_id.clone(), (*ep).clone())).collect();
    touched.sort();
    touched.dedup();
    if let Some(earliest) = events.iter().map(|e| e.created_at_ms).min() {
        queues::touch(tx, &touched, earliest.min(now_ms)).await?;
    }
    deliveries::insert_all(tx, &pairs, now_ms).await?;
    Ok((events.len(), touched))
}

/// A delivery with what is told in it.
pub(super) async fn told(
    conn: &mut Conn,
    full: FullDelivery,
) -> Result<Option<(model::Delivery, Told)>, Error> {
    Ok(jobs(conn, vec![full]).await?.pop().map(|job| (job.delivery, job.told)))
}

/// What is told in these deliveries. A payment is read from the ledger, as it was first recorded.
async fn jobs(conn: &mut Conn, full: Vec<FullDelivery>) -> Result<Vec<Job>, Error> {
    let ids: Vec<_> = full
        .iter()
        .filter(|d| d.payload.is_none())
        .map(|d| (&d.workspace_id, d.delivery.subject.as_str()))
        .collect();
    let recorded =
        if ids.is_empty() { Vec::new() } else { payments::list_by_id(conn, &ids).await? };
    let recorded: HashMap<PaymentId, _> =
        recorded.into_iter().map(|payment| (payment.id.clone(), payment)).collect();
    let jobs = full.into_iter().map(|full| {
        let delivery = full.delivery;
        let told = match &full.payload {
            Some(payload) => Told::read(&delivery.kind, payload).unwrap_or_else(|error| {
                // One broken row must not hold up the others.
                tracing::error!(?error, event = %delivery.event_id, "an event is unreadable");
                Told::Other(serde_json::json!({ "id": delivery.subject }))
            }),
            None => match recorded.get(&PaymentId::from_stored(delivery.subject.clone())) {
                Some(payment) => Told::Payment(Box::new(payment.clone())),
                None => Told::Other(serde_json::json!({ "id": delivery.subject })),
            },
        };
        let name = (full.workspace_id, delivery.endpoint_id.clone(), delivery.event_id.clone());
        Job { name, told, tries: delivery.attempts - full.tries_from, delivery }
    });
    Ok(jobs.collect())
}

/// What attempts change at their endpoints.
fn counts(outcomes: &[Outcome]) -> Vec<AttemptCounts> {
    let mut counts: HashMap<QueueName, AttemptCounts> = HashMap::new();
    for outcome in outcomes {
        let (ws, ep, _) = &outcome.name;
        let failed = outcome.attempt.failure.is_some();
        let at_ms = outcome.attempt.started_at_ms;
        let of = counts.entry((ws.clone(), ep.clone())).or_insert_with(|| AttemptCounts {
            workspace_id: ws.clone(),
            id: ep.clone(),
            attempts: 0,
            failures: 0,
            last_at_ms: at_ms,
            failing_since_ms: Some(at_ms),
            test: false,
        });
        of.attempts += 1;
        of.failures += i64::from(failed);
        of.last_at_ms = of.last_at_ms.max(at_ms);
        of.failing_since_ms = of.failing_since_ms.filter(|_| failed).map(|since| since.min(at_ms));
    }
    counts.into_values().collect()
}
