//! The bookkeeping of a process: what it has in hand, what is to be written down, what goes out next.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use model::DisabledReason;
use store::deliveries::{self, Outcome};
use store::queues::{self, QueueName};
use store::webhooks::{self, AttemptCounts};
use store::{Conn, Tx, outbox};
use tokio::time::Instant;

use super::fan_out::fan_out;
use super::jobs::jobs;
use super::send::says_gone;
use super::{Address, Engine, LEASE_MS};
use crate::Error;
use crate::webhooks::switch_off;

const RENEW_EVERY: Duration = Duration::from_secs(2);
/// What is sent stops so much before others may take over.
const LEASE_MARGIN: Duration = Duration::from_millis(500);
/// How often endpoints are read again: a change holds after that.
const ADDRESSES_EVERY: Duration = Duration::from_millis(500);
/// Workspaces whose events are handed out in one transaction.
const WORKSPACES: i64 = 200;
/// Events of those to whom nobody listens, dropped in one transaction and for each workspace.
const DISCARDED: i64 = 2_000;
const DISCARD_EVERY: Duration = Duration::from_secs(1);
/// Queues that are taken in hand in one transaction.
const CLAIMED: i64 = 500;
/// Deliveries read ahead for a careful lane, and for a fast one.
const READ_AHEAD: [i64; 2] = [64, 2_048];
/// Days of failure after which an endpoint is switched off.
const FAILING_MS: i64 = 5 * model::DAY_MS;

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
pub(super) struct Clerk {
    renewed: Instant,
    discarded: Instant,
    addressed: Instant,
    /// Up to which workspace the outbox was looked through; it begins again after the last one.
    looked_through: String,
    /// Endpoints to which nothing can be sent.
    unusable: HashSet<QueueName>,
}

impl Clerk {
    pub(super) fn new() -> Self {
        let (long_ago, unusable) = (Instant::now(), HashSet::new());
        Self {
            renewed: long_ago,
            discarded: long_ago,
            addressed: long_ago,
            looked_through: String::new(),
            unusable,
        }
    }
}

impl Engine {
    /// Everything that is to be done now; whether there may be more at once.
    pub(super) async fn round(self: &Arc<Self>, clerk: &mut Clerk) -> Result<bool, Error> {
        let now_ms = self.services.now_ms();
        let outcomes = self.lanes().take();
        let written = self.write(clerk, now_ms, &outcomes).await;
        let busy = match written {
            Ok(busy) => busy,
            Err(error) => {
                self.lanes().put_back(outcomes);
                return Err(error);
            }
        };
        let read = self.read_ahead(clerk, now_ms).await?;
        self.staff();
        Ok(busy || read)
    }

    /// One transaction, if there is anything to write.
    async fn write(
        &self,
        clerk: &mut Clerk,
        now_ms: i64,
        outcomes: &[Outcome],
    ) -> Result<bool, Error> {
        let store = self.services.store();
        let now = Instant::now();
        let (done, owned, stopping) = {
            let lanes = self.lanes();
            (lanes.done_after(outcomes), !lanes.is_empty(), lanes.stopping)
        };
        let mut conn = store.read().await?;
        let after = std::mem::take(&mut clerk.looked_through);
        let waiting = outbox::list_workspaces(&mut conn, &after, WORKSPACES).await?;
        // Where a page is full, there may be more.
        let full = i64::try_from(waiting.len()).is_ok_and(|read| read == WORKSPACES);
        if let Some(last) = waiting.last().filter(|_| full) {
            last.workspace_id.as_str().clone_into(&mut clerk.looked_through);
        }
        let due = !stopping && queues::has_due(&mut conn, now_ms).await?;
        drop(conn);
        let (heard, unheard): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|w| w.listened_to);
        let renew = owned && now.duration_since(clerk.renewed) >= RENEW_EVERY;
        let discard = !unheard.is_empty()
            && (now.duration_since(clerk.discarded) >= DISCARD_EVERY || !heard.is_empty());
        let quiet = outcomes.is_empty() && clerk.unusable.is_empty();
        let idle = quiet && done.is_empty() && heard.is_empty();
        if idle && !due && !renew && !discard {
            return Ok(false);
        }
        let mut tx = store.begin().await?;
        self.write_outcomes(&mut tx, now_ms, outcomes).await?;
        for name in &clerk.unusable {
            switch_off(&self.services, &mut tx, name, DisabledReason::Unusable).await?;
        }
        let heard: Vec<_> = heard.into_iter().map(|w| w.workspace_id).collect();
        let (events, touched) = fan_out(&mut tx, &heard, now_ms).await?;
        if discard {
            let unheard: Vec<_> = unheard.into_iter().map(|w| w.workspace_id).collect();
            outbox::discard(&mut tx, &unheard, DISCARDED).await?;
            clerk.discarded = now;
        }
        let until_ms = now_ms + LEASE_MS;
        let mut kept = None;
        if renew {
            kept = Some(queues::renew(&mut tx, &self.owner, until_ms).await?);
        }
        if !done.is_empty() {
            queues::release(&mut tx, &self.owner, &done).await?;
        }
        let claimed = if (due || !touched.is_empty()) && !stopping {
            queues::claim(&mut tx, &self.owner, (now_ms, until_ms), CLAIMED).await?
        } else {
            Vec::new()
        };
        // Durable before anything of it is told to anybody.
        tx.commit().await?;

        clerk.unusable.clear();
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
            lanes.hold_until(now + Duration::from_millis(LEASE_MS.unsigned_abs()) - LEASE_MARGIN);
            clerk.renewed = now;
        }
        if let Some(mut kept) = kept {
            kept.retain(|name| !done.contains(name));
            lanes.keep_only(&kept);
            lanes.open(kept);
        }
        lanes.open(claimed);
        lanes.touched(&touched);
    }

    /// Writes down what attempts came to, and switches off who is gone or failed for too long.
    async fn write_outcomes(
        &self,
        tx: &mut Tx,
        now_ms: i64,
        outcomes: &[Outcome],
    ) -> Result<(), Error> {
        if outcomes.is_empty() {
            return Ok(());
        }
        deliveries::insert_outcomes(tx, outcomes).await?;
        let failing = webhooks::add_attempts(tx, &counts(outcomes)).await?;
        for Outcome { name: (ws, ep, _), .. } in outcomes.iter().filter(|o| says_gone(o)) {
            let name = (ws.clone(), ep.clone());
            switch_off(&self.services, tx, &name, DisabledReason::Gone).await?;
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
        if self.lanes().is_empty() {
            return Ok(false);
        }
        let mut conn = self.services.store().read().await?;
        let now = Instant::now();
        let again = now.duration_since(clerk.addressed) >= ADDRESSES_EVERY;
        let names = self.lanes().names(again);
        if !names.is_empty() {
            let addresses = self.addresses(clerk, &mut conn, &names).await?;
            self.lanes().address(&names, addresses);
        }
        if again {
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
        clerk: &mut Clerk,
        conn: &mut Conn,
        names: &[QueueName],
    ) -> Result<HashMap<QueueName, Arc<Address>>, Error> {
        let targets = webhooks::list_targets(conn, names).await?;
        let mut addresses = HashMap::with_capacity(targets.len());
        for target in targets {
            let name = (target.workspace_id.clone(), target.endpoint.id.clone());
            if let Some(known) = self.lanes().known_address(&name, &target) {
                addresses.insert(name, known);
                continue;
            }
            match Address::open(&self.services.0.vault, target) {
                Ok(address) => drop(addresses.insert(name, Arc::new(address))),
                // One broken row must not hold up the others.
                Err(error) => {
                    tracing::error!(?error, endpoint = %name.1, "an endpoint is unusable");
                    clerk.unusable.insert(name);
                }
            }
        }
        Ok(addresses)
    }
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
