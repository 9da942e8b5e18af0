//! What one process has in hand: a lane for each endpoint, and what attempts came to that is not written down yet.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use model::EventId;
use store::deliveries::{DeliveryName, Outcome};
use store::queues::QueueName;
use store::webhooks::Target;
use tokio::sync::watch;
use tokio::time::Instant;

use super::Address;
use super::jobs::Job;
use super::send::says_gone;

/// Attempts at a time to one endpoint at most.
const MAX_SLOTS: usize = 64;
/// Attempts at a time altogether.
const ALL_SLOTS: usize = 1_024;
/// Of these, to endpoints that did not succeed last time: however many hang, the others have room.
const DOUBTFUL_SLOTS: usize = 768;
/// Of all, kept for endpoints that have none: however slow those are that succeed, a new one begins at once.
const FIRST_SLOTS: usize = 128;
/// How soon to look again whether somebody else gave an endpoint more to do.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// What to do for one endpoint.
struct Lane {
    /// `None`: switched off, gone, or not asked for yet.
    address: Option<Arc<Address>>,
    /// Whether the address was asked for.
    asked: bool,
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
    /// When it last got a slot.
    served_at: Instant,
}

impl Lane {
    fn new() -> Self {
        Self {
            address: None,
            asked: false,
            buffer: VecDeque::new(),
            known: HashSet::new(),
            slots: 0,
            limit: 1,
            good: false,
            paused_until_ms: 0,
            look_at: Instant::now(),
            served_at: Instant::now(),
        }
    }

    /// How many senders there is something to do for.
    fn wanted(&self, now_ms: i64) -> usize {
        if self.address.is_none() || self.paused_until_ms > now_ms {
            return 0;
        }
        self.limit.min(self.buffer.len() + self.slots)
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
    slots: usize,
    doubtful: usize,
    /// How many slots a lane may have while others want some.
    share: usize,
    /// Lanes without a slot that wait for one of any other lane, and for one of those that did not succeed.
    owed: [usize; 2],
    /// Until when nobody else sends what is in hand here.
    held_until: watch::Sender<Instant>,
    pub stopping: bool,
}

impl Lanes {
    pub(super) fn new() -> Self {
        Self {
            lanes: HashMap::new(),
            outcomes: Vec::new(),
            slots: 0,
            doubtful: 0,
            share: MAX_SLOTS,
            owed: [0; 2],
            held_until: watch::Sender::new(Instant::now()),
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

    /// Those whose address was never asked for, or all.
    pub(super) fn names(&self, all: bool) -> Vec<QueueName> {
        let wanted = self.lanes.iter().filter(|(_, lane)| all || !lane.asked);
        wanted.map(|(name, _)| name.clone()).collect()
    }

    /// Until when nobody else sends what is in hand here. What is under way then is given up.
    pub(super) fn hold_until(&self, at: Instant) {
        self.held_until.send_replace(at);
    }

    pub(super) fn lease(&self) -> watch::Receiver<Instant> {
        self.held_until.subscribe()
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

    /// The address of a lane, if it is still good for its endpoint.
    pub(super) fn known_address(&self, name: &QueueName, target: &Target) -> Option<Arc<Address>> {
        let known = self.lanes.get(name)?.address.as_ref();
        known.filter(|address| address.is_of(target)).map(Arc::clone)
    }

    /// Takes over where these endpoints are; a lane whose endpoint is missing has nothing to do.
    pub(super) fn address(
        &mut self,
        asked: &[QueueName],
        mut addresses: HashMap<QueueName, Arc<Address>>,
    ) {
        for name in asked {
            let Some(lane) = self.lanes.get_mut(name) else { continue };
            lane.asked = true;
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
        let mut waiting = Vec::new();
        let mut busy = 0_usize;
        for (name, lane) in &mut self.lanes {
            let wanted = lane.wanted(now_ms);
            busy += usize::from(wanted > 0 || lane.slots > 0);
            if wanted > lane.slots {
                waiting.push((name, lane));
            }
        }
        self.share = ((ALL_SLOTS - FIRST_SLOTS) / busy.max(1)).clamp(1, MAX_SLOTS);
        self.owed = [0; 2];
        // One slot for each before a second one for any, and first for those that have waited longest.
        waiting.sort_by_key(|(_, lane)| (lane.slots, lane.served_at));
        for most in [1, self.share] {
            for (name, lane) in &mut waiting {
                while lane.slots < lane.wanted(now_ms).min(most) {
                    let full = self.slots >= ALL_SLOTS;
                    if full || (!lane.good && self.doubtful >= DOUBTFUL_SLOTS) {
                        self.owed[usize::from(!full)] += usize::from(lane.slots == 0);
                        break;
                    }
                    lane.slots += 1;
                    lane.served_at = Instant::now();
                    self.slots += 1;
                    self.doubtful += usize::from(!lane.good);
                    started.push((*name).clone());
                }
            }
        }
        started
    }

    /// The next delivery for a sender, the first or a further one; `None`: its slot is free again.
    pub(super) fn next(
        &mut self,
        name: &QueueName,
        (first, now_ms): (bool, i64),
    ) -> Option<(Arc<Address>, Job)> {
        let usable = !self.stopping && Instant::now() < *self.held_until.borrow();
        let lane = self.lanes.get_mut(name)?;
        let owed = if !lane.good && self.owed[1] > 0 { 1 } else { 0 };
        if usable && !first && self.owed[owed] > 0 {
            self.owed[owed] -= 1;
        } else if usable
            && lane.slots <= lane.limit.min(self.share)
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

    /// Keeps what an attempt came to, and until when its endpoint wants to be left alone; whether its lane has one more
    /// sender now.
    pub(super) fn finish(
        &mut self,
        name: &QueueName,
        outcome: Outcome,
        pause_until_ms: Option<i64>,
    ) -> bool {
        let (good, gone) = (outcome.attempt.failure.is_none(), says_gone(&outcome));
        self.outcomes.push(outcome);
        let Some(lane) = self.lanes.get_mut(name) else { return false };
        if lane.good != good {
            // Its senders change from one account to the other.
            if good {
                self.doubtful -= lane.slots;
            } else {
                self.doubtful += lane.slots;
            }
            lane.good = good;
        }
        lane.limit = if good { (lane.limit + 1).min(MAX_SLOTS) } else { (lane.limit / 2).max(1) };
        lane.paused_until_ms = lane.paused_until_ms.max(pause_until_ms.unwrap_or(0));
        if gone {
            lane.address = None;
        }
        let most = lane.limit.min(self.share).min(lane.buffer.len());
        if good && lane.slots < most && self.slots < ALL_SLOTS && self.owed == [0; 2] {
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

    /// What is to be written down.
    pub(super) fn take(&mut self) -> Vec<Outcome> {
        std::mem::take(&mut self.outcomes)
    }

    /// Puts back what could not be written down.
    pub(super) fn put_back(&mut self, outcomes: Vec<Outcome>) {
        self.outcomes.splice(0..0, outcomes);
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
            let looked =
                written > 0 || lane.look_at > now || (lane.asked && lane.address.is_none());
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

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use model::{DAY_MS, Dialect, EndpointId, Subscription, WebhookEndpoint, WorkspaceId};
    use store::webhooks::SealedSecrets;

    use super::*;
    use crate::Entropy;
    use crate::secrets::Vault;
    use crate::webhooks::{Told, WebhookEvent, seal_secret};

    fn name(n: usize) -> QueueName {
        (WorkspaceId::from_stored("wsp".to_owned()), EndpointId::from_stored(format!("whk{n}")))
    }

    fn target() -> Target {
        let vault = Vault::new(&[7; 32]);
        let endpoint = WebhookEndpoint {
            id: name(0).1,
            url: "https://example.com/".to_owned(),
            description: String::new(),
            dialect: Dialect::Standard,
            events: Subscription::from_text("*"),
            previous_until_ms: None,
            disabled_at_ms: None,
            disabled_reason: None,
            failing_since_ms: None,
            attempts: 0,
            failures: 0,
            last_attempt_at_ms: None,
            created_at_ms: 0,
        };
        let current = seal_secret(&vault, &Entropy::seeded(1), "secret").unwrap();
        let secrets = SealedSecrets { current, previous: None };
        Target { workspace_id: name(0).0, endpoint, secrets }
    }

    fn job(of: &QueueName, n: usize) -> Job {
        let id = EventId::from_stored(format!("evt{n}"));
        let told = Told::Other(serde_json::Value::Null);
        Job {
            name: (of.0.clone(), of.1.clone(), id.clone()),
            event: WebhookEvent { id, kind: String::new(), subject: String::new(), at_ms: 0, told },
            attempts: 0,
            tries_from: 0,
        }
    }

    /// Adds lanes with so much to do that may have so many senders.
    fn add(lanes: &mut Lanes, which: Range<usize>, jobs: usize, limit: usize) {
        let address = Arc::new(Address::open(&Vault::new(&[7; 32]), target()).unwrap());
        let names: Vec<_> = which.map(name).collect();
        lanes.hold_until(Instant::now() + Duration::from_millis(DAY_MS.unsigned_abs()));
        lanes.open(names.clone());
        let addresses = names.iter().map(|name| (name.clone(), Arc::clone(&address)));
        lanes.address(&names, addresses.collect());
        lanes.fill(names.iter().flat_map(|of| (0..jobs).map(move |n| job(of, n))).collect());
        for name in &names {
            let lane = lanes.lanes.get_mut(name).unwrap();
            (lane.limit, lane.good) = (limit, limit > 1);
        }
    }

    #[test]
    fn however_slow_those_are_that_succeed_the_next_one_begins_at_once() {
        let mut lanes = Lanes::new();
        add(&mut lanes, 0..16, 500, MAX_SLOTS);
        assert!(lanes.staff(0).len() >= 512, "what is there is used");
        add(&mut lanes, 16..40, 500, 1);
        let mut began: Vec<_> = lanes.staff(0).into_iter().filter(|of| *of >= name(16)).collect();
        began.sort();
        began.dedup();
        assert!(began.len() >= 24, "{}", began.len());
    }

    #[test]
    fn with_more_lanes_than_slots_each_has_its_turn() {
        let mut lanes = Lanes::new();
        add(&mut lanes, 0..ALL_SLOTS + 200, 9, MAX_SLOTS);
        let mut running = lanes.staff(0);
        assert_eq!(running.len(), ALL_SLOTS, "one for each");
        let mut served: HashSet<_> = running.iter().cloned().collect();
        for _ in 0..2 {
            running.retain(|name| lanes.next(name, (false, 0)).is_some());
            let new = lanes.staff(0);
            served.extend(new.iter().cloned());
            running.extend(new);
        }
        assert_eq!((served.len(), running.len()), (ALL_SLOTS + 200, ALL_SLOTS));
    }

    #[test]
    fn those_that_hang_share_what_is_theirs_and_leave_the_rest() {
        let mut lanes = Lanes::new();
        add(&mut lanes, 0..DOUBTFUL_SLOTS + 9, 9, 1);
        let hang = lanes.staff(0);
        assert_eq!(hang.len(), DOUBTFUL_SLOTS);
        add(&mut lanes, 2_000..2_001, 9, 2);
        assert_eq!(lanes.staff(0), [name(2_000)]);
        assert!(lanes.next(&hang[0], (true, 0)).is_some(), "none goes without a try");
        assert!(hang[..9].iter().all(|name| lanes.next(name, (false, 0)).is_none()));
        assert_eq!(lanes.staff(0).len(), 9, "the next of them");
    }
}
