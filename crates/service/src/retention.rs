//! How long what is kept, and taking away what is older.

use model::{DAY_MS, HOUR_MS};
use store::{api_keys, audit, contests, jobs, mails};

use crate::{Actor, Error, LegalPage, LegalText, Services};

/// Rows that go in one transaction.
const AT_ONCE: i64 = 1_000;
/// How long a process that died keeps others from the job.
const LEASE_MS: i64 = 10 * 60_000;
const JOB: &str = "enforce_retention";
/// Days that it is kept which mail went where; what it said is gone once it is sent.
const MAIL_DAYS: u32 = 30;

/// How long what is kept, in days. What is not in here has a fixed time: sessions 30 days without use and 90 at most,
/// webhook deliveries and that a mail was sent 30, archives of accounts 7, remembered answers 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Entries of the audit trail.
    pub audit_days: u32,
    /// The address that an API key was last used from.
    pub address_days: u32,
    /// What somebody has against a score, after it was answered.
    pub contest_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self { audit_days: 365, address_days: 30, contest_days: 365 }
    }
}

/// What the record of processing activities is filled in from.
#[derive(Debug, Clone)]
pub struct Records {
    /// Where others reach the instance.
    pub public_url: String,
    /// The version of the software.
    pub version: &'static str,
    /// The database's engine: `sqlite` or `postgres`.
    pub engine: &'static str,
    /// How long what is kept.
    pub retention: Retention,
    /// Who runs it, in the operator's own words; empty while nobody wrote it.
    pub imprint: String,
}

impl Services {
    /// What the record of processing activities says of this instance, in a language. For its operator.
    pub async fn records(&self, actor: &Actor, lang: &str) -> Result<Records, Error> {
        actor.require_operator()?;
        let texts = self.list_legal_texts(actor).await?;
        let own = |text: &&LegalText| text.page == LegalPage::Imprint && !text.text.is_empty();
        let imprint = texts.iter().filter(own).max_by_key(|text| text.lang == lang);
        Ok(Records {
            public_url: self.public_url().to_owned(),
            version: env!("CARGO_PKG_VERSION"),
            engine: self.store().engine_name(),
            retention: self.retention(),
            imprint: imprint.map(|text| text.text.clone()).unwrap_or_default(),
        })
    }

    /// How long what is kept here.
    pub fn retention(&self) -> Retention {
        self.0.settings.retention
    }

    /// Takes away what is older than it may be, once an hour whatever the number of processes. For a worker, to be called
    /// every minute or so.
    pub async fn enforce_retention(&self) -> Result<(), Error> {
        let now_ms = self.now_ms();
        let due_ms = now_ms - now_ms.rem_euclid(HOUR_MS);
        let mut tx = self.store().begin().await?;
        if !jobs::claim(&mut tx, JOB, due_ms, (now_ms, now_ms + LEASE_MS)).await? {
            return Ok(());
        }
        tx.commit().await?;
        let Retention { audit_days, address_days, contest_days } = self.retention();
        let before = |days: u32| self.now_ms() - i64::from(days) * DAY_MS;
        let mut tx = self.store().begin().await?;
        api_keys::forget_addresses(&mut tx, before(address_days)).await?;
        contests::delete_answered(&mut tx, before(contest_days)).await?;
        mails::delete_decided(&mut tx, before(MAIL_DAYS)).await?;
        tx.commit().await?;
        loop {
            let mut tx = self.store().begin().await?;
            let deleted = audit::delete_before(&mut tx, before(audit_days), AT_ONCE).await?;
            tx.commit().await?;
            if i64::try_from(deleted).is_ok_and(|deleted| deleted < AT_ONCE) {
                break;
            }
        }
        let mut tx = self.store().begin().await?;
        jobs::update_done(&mut tx, JOB, due_ms).await?;
        Ok(tx.commit().await?)
    }
}
