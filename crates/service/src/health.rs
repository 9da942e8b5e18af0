//! How the instance is doing, for its operator.

use std::sync::Mutex;
use std::time::Instant;

use model::Plan;

use crate::{Actor, Error, Registration, SecondFactorRule, Services};

/// What the process remembers of itself.
pub(crate) struct Instance {
    started_at_ms: i64,
    last_sweep: Mutex<Option<SweepReport>>,
}

impl Instance {
    pub(crate) fn started(at_ms: i64) -> Self {
        Self { started_at_ms: at_ms, last_sweep: Mutex::new(None) }
    }

    pub(crate) fn swept(&self, at_ms: i64, succeeded: bool) {
        if let Ok(mut last) = self.last_sweep.lock() {
            *last = Some(SweepReport { at_ms, succeeded });
        }
    }
}

/// The last time that what nobody can use any more was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SweepReport {
    /// When (Unix milliseconds).
    pub at_ms: i64,
    /// Whether it went well.
    pub succeeded: bool,
}

/// How the instance is doing, as the process that answers sees it.
#[derive(Debug, Clone)]
pub struct Health {
    /// The database's engine: `sqlite` or `postgres`.
    pub engine: &'static str,
    /// How large the database is, in bytes.
    pub database_bytes: i64,
    /// The number of the last migration.
    pub schema_version: i64,
    /// How long the smallest question to the database took, in microseconds.
    pub latency_us: u64,
    /// Payments that wait to be written.
    pub queue_length: usize,
    /// Payments that may wait.
    pub queue_capacity: usize,
    /// The sweeper's last run in this process.
    pub last_sweep: Option<SweepReport>,
    /// Profiles that are held in memory.
    pub cached_profiles: u64,
    /// Workspaces whose state is held in memory.
    pub cached_workspaces: u64,
    /// The version of the software.
    pub version: &'static str,
    /// When this process started (Unix milliseconds).
    pub started_at_ms: i64,
    /// The memory that the process holds, in bytes; `None` where the system does not tell.
    pub memory_bytes: Option<u64>,
    /// Where others reach the instance.
    pub public_url: String,
    /// The plan of new accounts.
    pub default_plan: Plan,
    /// Who may make an account.
    pub registration: Registration,
    /// Who must have a second factor.
    pub second_factor: SecondFactorRule,
    /// How mail goes out; `None`: none is sent.
    pub mail: Option<MailHealth>,
}

/// How mail goes out.
#[derive(Debug, Clone)]
pub struct MailHealth {
    /// Mails that wait for a first or another try.
    pub waiting: i64,
    /// When the newest mail that failed was written (Unix milliseconds), and why it did.
    pub last_failure: Option<(i64, String)>,
}

impl Services {
    /// How the instance is doing.
    pub async fn instance_health(&self, actor: &Actor) -> Result<Health, Error> {
        actor.require_operator()?;
        let store = self.store();
        let asked = Instant::now();
        let schema_version = store.schema_version().await?;
        let latency_us = u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX);
        let (queue_length, queue_capacity) = self.0.ingest.usage();
        let instance = &self.0.instance;
        let mail = if self.sends_mail() {
            let mut conn = store.read().await?;
            let (waiting, last_failure) = store::mails::summary(&mut conn).await?;
            Some(MailHealth { waiting, last_failure })
        } else {
            None
        };
        Ok(Health {
            engine: store.engine_name(),
            database_bytes: store.size_bytes().await?,
            schema_version,
            latency_us,
            queue_length,
            queue_capacity,
            last_sweep: instance.last_sweep.lock().ok().and_then(|last| *last),
            cached_profiles: self.0.profiles.len(),
            cached_workspaces: self.0.suspensions.len(),
            version: env!("CARGO_PKG_VERSION"),
            started_at_ms: instance.started_at_ms,
            memory_bytes: resident_bytes(),
            public_url: self.public_url().to_owned(),
            default_plan: self.0.settings.default_plan,
            registration: self.registration(),
            second_factor: self.0.settings.second_factor,
            mail,
        })
    }
}

/// What Linux counts as the process's resident memory.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
