//! What one process has in hand: a lane for each endpoint, and what attempts came to that is not written down yet.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use model::{Delivery, EventId};
use store::deliveries::{DeliveryName, Outcome};
use store::queues::QueueName;
use tokio::time::Instant;
use url::Url;

use crate::webhooks::{Told, WebhookSecrets};

/// Attempts at a time to one endpoint at most.
const MAX_SLOTS: usize = 64;
/// Attempts at a time altogether.
const ALL_SLOTS: usize = 1_024;
/// Of these, to endpoints that did not succeed last time: however many hang, the others have room.
const DOUBTFUL_SLOTS: usize = 768;
/// How soon to look again whether somebody else gave an endpoint more to do.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// Where to send, and how to sign.
pub(crate) struct Address {
    pub url: Url,
    pub dialect: model::Dialect,
    pub secrets: WebhookSecrets,
}

/// A delivery that is ready to go.
pub(super) struct Job {
    pub name: DeliveryName,
    pub delivery: Delivery,
    pub told: Told,
    /// Attempts of this run through the schedule so far.
    pub tries: i64,
}

/// What to do for one endpoint.
struct Lane {
    /// `None`: switched off or gone.
    address: Option<Arc<Address>>,
    buffer: VecDeque<Job>,
    /// What is in the buffer, under way, or not written down yet.
    known: HashSet<EventId>,
    /// Senders that run.
    slots: usize,
    /// How many may: one more for each success, half as many after a failure.
    limit: usize,
    /// Whether the last attempt succeeded.
    good: bool,
    paused_until_ms: i64,
    look_at: Instant,
}

impl Lane {
    fn new() -> Self {
        Self {
            address: None,
            buffer: VecDeque::new(),
            known: HashSet::new(),
            slots: 0,
            limit: 1,
            good: false,
            paused_until_ms: 0,
            look_at: Instant::now(),
        }
    }

    /// Whether many can be read ahead.
    fn fast(&self) -> bool {
        self.limit > 4
    }
}

/// Everything in hand.
pub(super) struct Lanes {
    lanes: HashMap<QueueName, Lane>,
    outcomes: Vec<Outcome>,
    /// Endpoints that said that they are gone.
    gone: HashSet<QueueName>,
    slots: usize,
    doubtful: usize,
    /// Until when nobody else sends what is in hand here.
    pub valid_until: Instant,
    pub stopping: bool,
}

/// How an attempt went, for its lane.
pub(super) struct Verdict {
    pub good: bool,
    pub gone: bool,
    /// Until when its endpoint wants to be left alone.
    pub pause_until_ms: Option<i64>,
}

impl Lanes {
    pub(super) fn new() -> Self {
        Self {
            lanes: HashMap::new(),
            outcomes: Vec::new(),
            gone: HashSet::new(),
            slots: 0,
            doubtful: 0,
            valid_until: Instant::now(),
            stopping: false,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    /// Whether something is under way.
    pub(super) fn busy(&self) -> bool {
        self.slots > 0
    }

    pub(super) fn has_outcomes(&self) -> bool {
        !self.outcomes.is_empty()
    }

    pub(super) fn names(&self) -> Vec<QueueName> {
        self.lanes.keys().cloned().collect()
    }

    /// Begins a lane for each queue that was claimed.
    pub(super) fn open(&mut self, queues: Vec<QueueName>) {
        for name in queues {
            self.lanes.entry(name).or_insert_with(Lane::new);
        }
    }

    /// Drops the lanes that are not (any more) among these.
    pub(super) fn keep_only(&mut self, owned: &[QueueName]) {
        let owned: HashSet<_> = owned.iter().collect();
        for (_, lane) in self.lanes.iter_mut().filter(|(name, _)| !owned.contains(name)) {
            lane.address = None;
            lane.known.retain(|_| false);
            lane.buffer.clear();
        }
        self.lanes.retain(|name, lane| owned.contains(name) || lane.slots > 0);
    }

    /// Drops a lane whose queue was let go.
    pub(super) fn close(&mut self, queues: &[QueueName]) {
        for name in queues {
            self.lanes.remove(name);
        }
    }

    /// Takes over where endpoints are; a lane whose endpoint is missing has nothing to do.
    pub(super) fn address(&mut self, mut addresses: HashMap<QueueName, Arc<Address>>) {
        for (name, lane) in &mut self.lanes {
            lane.address = addresses.remove(name);
            if lane.address.is_none() {
                for job in lane.buffer.drain(..) {
                    lane.known.remove(&job.name.2);
                }
            }
        }
    }

    /// There is more for these.
    pub(super) fn touched(&mut self, queues: &[QueueName]) {
        for name in queues {
            if let Some(lane) = self.lanes.get_mut(name) {
                lane.look_at = Instant::now();
            }
        }
    }

    /// The lanes that need more to do: the careful ones, and the fast ones.
    pub(super) fn hungry(&mut self) -> [Vec<QueueName>; 2] {
        let now = Instant::now();
        let mut hungry = [Vec::new(), Vec::new()];
        for (name, lane) in &mut self.lanes {
            let low = if lane.fast() { MAX_SLOTS * 8 } else { lane.limit };
            if lane.address.is_some() && lane.buffer.len() < low && lane.look_at <= now {
                lane.look_at = now + LOOK_AGAIN;
                hungry[usize::from(lane.fast())].push(name.clone());
            }
        }
        hungry
    }

    /// Of these deliveries, those that are not in hand yet.
    pub(super) fn unknown(&self, mut waiting: Vec<DeliveryName>) -> Vec<DeliveryName> {
        waiting.retain(|(ws, ep, event)| {
            let lane = self.lanes.get(&(ws.clone(), ep.clone()));
            lane.is_some_and(|lane| !lane.known.contains(event))
        });
        waiting
    }

    /// Puts deliveries at the end of their lanes.
    pub(super) fn fill(&mut self, jobs: Vec<Job>) {
        for job in jobs {
            let queue = (job.name.0.clone(), job.name.1.clone());
            if let Some(lane) = self.lanes.get_mut(&queue)
                && lane.known.insert(job.name.2.clone())
            {
                lane.buffer.push_back(job);
                // Where something came from, there may be more.
                lane.look_at = Instant::now();
            }
        }
    }

    /// Takes slots for senders wherever there is something to do and room for it.
    pub(super) fn staff(&mut self, now_ms: i64) -> Vec<QueueName> {
        let mut started = Vec::new();
        if self.stopping {
            return started;
        }
        for (name, lane) in &mut self.lanes {
            let wanted = lane.limit.min(lane.buffer.len() + lane.slots);
            while lane.slots < wanted && lane.address.is_some() && lane.paused_until_ms <= now_ms {
                if self.slots >= ALL_SLOTS || (!lane.good && self.doubtful >= DOUBTFUL_SLOTS) {
                    break;
                }
                lane.slots += 1;
                self.slots += 1;
                self.doubtful += usize::from(!lane.good);
                started.push(name.clone());
            }
        }
        started
    }

    /// The next delivery for a sender; `None`: its slot is free again.
    pub(super) fn next(&mut self, name: &QueueName, now_ms: i64) -> Option<(Arc<Address>, Job)> {
        let usable = !self.stopping && Instant::now() < self.valid_until;
        let lane = self.lanes.get_mut(name)?;
        if usable
            && lane.slots <= lane.limit
            && lane.paused_until_ms <= now_ms
            && let Some(address) = &lane.address
            && let Some(job) = lane.buffer.pop_front()
        {
            return Some((Arc::clone(address), job));
        }
        lane.slots -= 1;
        self.slots -= 1;
        self.doubtful -= usize::from(!lane.good);
        None
    }

    /// Keeps what an attempt came to; how many more senders its lane can have now.
    pub(super) fn finish(&mut self, name: &QueueName, outcome: Outcome, verdict: &Verdict) -> bool {
        self.outcomes.push(outcome);
        if verdict.gone {
            self.gone.insert(name.clone());
        }
        let Some(lane) = self.lanes.get_mut(name) else { return false };
        if lane.good != verdict.good {
            // Its senders change from one account to the other.
            if verdict.good {
                self.doubtful -= lane.slots;
            } else {
                self.doubtful += lane.slots;
            }
            lane.good = verdict.good;
        }
        lane.limit =
            if verdict.good { (lane.limit + 1).min(MAX_SLOTS) } else { (lane.limit / 2).max(1) };
        lane.paused_until_ms = lane.paused_until_ms.max(verdict.pause_until_ms.unwrap_or(0));
        if verdict.gone {
            lane.address = None;
        }
        let more = verdict.good && lane.slots < lane.limit && lane.slots < lane.buffer.len();
        if more && self.slots < ALL_SLOTS {
            lane.slots += 1;
            self.slots += 1;
            return true;
        }
        false
    }

    /// An attempt that was given up because somebody else may have taken over: as if it had never been.
    pub(super) fn abandon(&mut self, name: &QueueName, event: &EventId) {
        if let Some(lane) = self.lanes.get_mut(name) {
            lane.known.remove(event);
        }
    }

    /// What is to be written down, and who is gone.
    pub(super) fn take(&mut self) -> (Vec<Outcome>, HashSet<QueueName>) {
        (std::mem::take(&mut self.outcomes), std::mem::take(&mut self.gone))
    }

    /// Puts back what could not be written down.
    pub(super) fn put_back(&mut self, outcomes: Vec<Outcome>, gone: HashSet<QueueName>) {
        self.outcomes.splice(0..0, outcomes);
        self.gone.extend(gone);
    }

    /// Lanes that have nothing left to do once these outcomes are written down.
    pub(super) fn done_after(&self, outcomes: &[Outcome]) -> Vec<QueueName> {
        let mut left: HashMap<(&model::WorkspaceId, &model::EndpointId), usize> = HashMap::new();
        for outcome in outcomes {
            *left.entry((&outcome.name.0, &outcome.name.1)).or_default() += 1;
        }
        let now = Instant::now();
        let done = self.lanes.iter().filter(|((ws, ep), lane)| {
            let written = left.get(&(ws, ep)).copied().unwrap_or(0);
            // One that was just opened looks for something to do first.
            let looked = written > 0 || lane.look_at > now || lane.address.is_none();
            lane.slots == 0 && lane.buffer.is_empty() && lane.known.len() <= written && looked
        });
        done.map(|(name, _)| name.clone()).collect()
    }

    /// Forgets deliveries that are written down.
    pub(super) fn written(&mut self, outcomes: &[Outcome]) {
        for outcome in outcomes {
            let queue = (outcome.name.0.clone(), outcome.name.1.clone());
            if let Some(lane) = self.lanes.get_mut(&queue) {
                lane.known.remove(&outcome.name.2);
            }
        }
    }
}
