//! `surety demo`: a believable half year in an empty database.

mod cast;
mod webhooks;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::{Context, bail};
use model::{Amount, DAY_MS, Direction, PaymentSource, PaymentStatus, Permission, Rail, day_of};
use service::{
    Actor, Clock, Entropy, NewAgent, NewApiKey, NewPayment, NewUser, Services, Settings,
};

use crate::serve::why;
use cast::{CAST, Outcomes, Role};
use webhooks::Listeners;

/// The e-mail address of the account that the demo makes.
const EMAIL: &str = "demo@example.com";
/// Where the company is.
const ZONE: &str = "Europe/Berlin";
/// Payments of a day are reported together, in the evening (UTC).
const REPORTED_AT_MS: i64 = 19 * 3_600_000;
/// The working day begins at 7 and lasts 11 hours.
const WORK_MS: (i64, i64) = (7 * 3_600_000, 11 * 3_600_000);

/// The log-in that a demo made.
pub struct LogIn {
    /// What to sign in with.
    pub email: &'static str,
    /// Made anew for each demo.
    pub password: String,
}

/// Fills the database with half a year of payments, recorded day by day, and closes it. A database that holds any
/// account is refused.
pub async fn fill(mut settings: Settings) -> anyhow::Result<LogIn> {
    // While the demo is made, its webhooks go to receivers of this process.
    settings.webhooks.allow_loopback = true;
    let now_ms = Clock::system().now_ms();
    let clock = Arc::new(AtomicI64::new(now_ms));
    let services = Services::open(settings, Clock::manual(Arc::clone(&clock)), Entropy::system())
        .await
        .map_err(why)?;
    let done = Demo::play(&services, clock, now_ms).await;
    services.close().await;
    done
}

struct Demo<'a> {
    services: &'a Services,
    clock: Arc<AtomicI64>,
    now_ms: i64,
    actor: Actor,
    /// One for each of the cast, so that a change to one leaves the others' story as it is.
    dice: Vec<Dice>,
    /// The internal ids of the agents that exist, by their place in the cast.
    ids: Vec<Option<String>>,
}

impl<'a> Demo<'a> {
    async fn play(
        services: &'a Services,
        clock: Arc<AtomicI64>,
        now_ms: i64,
    ) -> anyhow::Result<LogIn> {
        if !services.nobody_registered().await.map_err(why)? {
            bail!("the database holds accounts already; the demo needs an empty one");
        }
        let first_day = CAST.iter().map(|role| role.days.0).max().unwrap_or_default();
        clock.store(now_ms - (first_day + 1) * DAY_MS, Ordering::Relaxed);
        let password = password();
        let actor = register(services, &password).await?;
        services.set_time_zone(&actor, ZONE).await.map_err(why)?;
        let dice = (0..CAST.len()).map(|at| Dice(0x5eed + at as u64)).collect();
        let ids = CAST.iter().map(|_| None).collect();
        let mut demo = Demo { services, clock, now_ms, actor, dice, ids };
        let (clock, actor) = (Arc::clone(&demo.clock), demo.actor.clone());
        let mut listeners = None;
        for days_ago in (0..=first_day).rev() {
            if days_ago == webhooks::FROM_DAY {
                let time = (&*clock, now_ms);
                listeners = Some(Listeners::start(services, &actor, time).await?);
            }
            if let Some(listeners) = &listeners {
                listeners.prepare(days_ago);
            }
            demo.day(days_ago).await.with_context(|| format!("{days_ago} days ago"))?;
            if let Some(listeners) = &listeners {
                listeners.deliver(days_ago).await?;
            }
        }
        demo.key_that_ends().await?;
        // Last night's work: it suspends the certificate of whom it went badly for.
        services.recompute_scores().await.map_err(why)?;
        if let Some(listeners) = listeners {
            listeners.settle().await?;
            listeners.stop().await?;
        }
        Ok(LogIn { email: EMAIL, password })
    }

    /// When the payments of a day are reported; never later than now.
    fn evening(&self, days_ago: i64) -> i64 {
        let midnight = (day_of(self.now_ms) - days_ago) * DAY_MS;
        (midnight + REPORTED_AT_MS).min(self.now_ms)
    }

    async fn day(&mut self, days_ago: i64) -> anyhow::Result<()> {
        let evening = self.evening(days_ago);
        self.clock.store(evening, Ordering::Relaxed);
        let mut payments = Vec::new();
        for (at, role) in CAST.iter().enumerate() {
            if role.days.0 == days_ago {
                self.ids[at] = Some(self.create(role).await?);
            }
            if let Some(id) = &self.ids[at]
                && (role.days.1..=role.days.0).contains(&days_ago)
            {
                let mut script = Script { role, id, evening, dice: &mut self.dice[at] };
                payments.extend(script.payments(days_ago));
            }
        }
        // All at once, as agents do: they share one commit.
        let (services, actor) = (self.services, &self.actor);
        let reports = payments.into_iter().map(|p| services.record_payment(actor, p, None));
        futures::future::try_join_all(reports).await.map_err(why)?;
        for (at, role) in CAST.iter().enumerate() {
            let Some(id) = self.ids[at].clone() else { continue };
            if role.certified.contains(&days_ago) {
                services.issue_certificate(&self.actor, &id, None).await.map_err(why)?;
            }
            if role.deleted == Some(days_ago) {
                services.delete_agent(&self.actor, &id, None).await.map_err(why)?;
                self.ids[at] = None;
            }
        }
        Ok(())
    }

    async fn key_that_ends(&self) -> anyhow::Result<()> {
        let new = NewApiKey {
            name: "Month-end export".to_owned(),
            permissions: [Permission::Read].into_iter().collect(),
            agent: None,
            allowed_ips: Vec::new(),
            expires_in_days: Some(6),
        };
        // Half a year after the owner signed in.
        let actor = webhooks::proved(self.services, &self.actor);
        self.services.create_api_key(&actor, new, None).await.map(drop).map_err(why)
    }

    async fn create(&self, role: &Role) -> anyhow::Result<String> {
        let new = NewAgent {
            name: role.name.to_owned(),
            description: role.description.to_owned(),
            framework: role.framework,
            visibility: role.visibility,
        };
        let made = self.services.create_agent(&self.actor, new, None).await.map_err(why)?;
        Ok(made.agent.id.to_string())
    }
}

/// What one agent pays on one day.
struct Script<'a> {
    role: &'a Role,
    id: &'a str,
    evening: i64,
    dice: &'a mut Dice,
}

impl Script<'_> {
    fn payments(&mut self, days_ago: i64) -> Vec<NewPayment> {
        let role = self.role;
        let outcomes = match role.turn {
            Some((from, outcomes)) if days_ago <= from => outcomes,
            _ => role.outcomes,
        };
        let mut payments = Vec::new();
        for _ in 0..self.dice.times(role.in_ten_days) {
            let status = self.dice.outcome(outcomes);
            let mut payment = self.payment(role.payees, role.amounts);
            payment.status = status;
            payment.due_at_ms = (status != PaymentStatus::Paid).then_some(self.evening);
            payments.push(payment);
        }
        for _ in 0..self.dice.times(role.income.0) {
            let mut payment = self.payment(role.customers, (role.income.1 / 20, role.income.1));
            payment.direction = Direction::Received;
            payments.push(payment);
        }
        payments
    }

    fn payment(&mut self, others: &[&str], (least, most): (i64, i64)) -> NewPayment {
        let role = self.role;
        // Small amounts are more common than large ones; cents where there are any.
        let share = self.dice.below(1_000) * self.dice.below(1_000) / 1_000;
        let micros = least + (most - least) / 1_000 * i64::try_from(share).unwrap_or_default();
        let step = match role.currency {
            "JPY" => 1_000_000,
            _ if least < 1_000_000 => 100,
            _ => 10_000,
        };
        let minutes = i64::try_from(self.dice.below(WORK_MS.1.unsigned_abs() / 60_000));
        let at = day_of(self.evening) * DAY_MS + WORK_MS.0 + minutes.unwrap_or_default() * 60_000;
        let other = usize::try_from(self.dice.below(others.len() as u64)).unwrap_or_default();
        NewPayment {
            agent: self.id.to_owned(),
            amount: Amount {
                micros: micros / step * step,
                currency: role.currency.parse().unwrap_or(model::Currency::EUR),
            },
            rail: role.rail,
            status: PaymentStatus::Paid,
            source: PaymentSource::AgentWallet,
            autonomous: self.dice.below(1_000) < 985,
            direction: Direction::Sent,
            happened_at_ms: Some(at.min(self.evening)),
            due_at_ms: None,
            reference: (role.rail == Rail::Tracked)
                .then(|| format!("RE-{:06}", self.dice.below(900_000) + 100_000)),
            counterparty: others.get(other).map(|name| (*name).to_owned()),
        }
    }
}

async fn register(services: &Services, password: &str) -> anyhow::Result<Actor> {
    let new = NewUser {
        email: EMAIL.to_owned(),
        password: password.to_owned(),
        name: "Mara Lindqvist".to_owned(),
        operator_token: services.operator_token().map(str::to_owned),
        ..NewUser::default()
    };
    let made = services.register(new).await.map_err(why)?;
    let actor = services
        .authenticate_session(&made.workspace.id, &made.user.id, Some(services.now_ms()))
        .await;
    actor.map_err(why)?.context("the account was not made")
}

/// 130 random bits in letters and digits that nobody confuses.
fn password() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let bytes = Entropy::system().bytes::<26>();
    bytes.iter().map(|b| char::from(LETTERS[usize::from(b & 31)])).collect()
}

/// Splitmix64: every demo tells the same story.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.roll() % end.max(1)
    }

    /// How often on this day, for something that happens so often in ten days.
    fn times(&mut self, in_ten_days: u64) -> u64 {
        // Twice the average at most, so that some days are busy and some are quiet.
        (0..in_ten_days * 2).filter(|_| self.below(20) == 0).count() as u64
    }

    fn outcome(&mut self, outcomes: Outcomes) -> PaymentStatus {
        let Outcomes { paid, late, missed, disputed } = outcomes;
        let roll = self.below(1_000);
        [
            (PaymentStatus::Disputed, disputed),
            (PaymentStatus::Missed, disputed + missed),
            (PaymentStatus::Late, disputed + missed + late),
            (PaymentStatus::Paid, disputed + missed + late + paid),
        ]
        .into_iter()
        .find(|(_, until)| roll < *until)
        .map_or(PaymentStatus::OnTime, |(status, _)| status)
    }
}
