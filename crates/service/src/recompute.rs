//! What happens to certificates on its own: the nightly comparison with the score, and the notices of their end.

use model::score::{self, Evidence};
use model::{AgentId, Certificate, DAY_MS, UtcDay, WorkspaceId, day_of};
use serde::Serialize;
use store::agents::{self, AgentRef};
use store::certificates::{self, NoticeTimes};
use store::{Tx, evidence, jobs};

use crate::mail::Letter;
use crate::{Actor, Error, Services, Via, Who};

/// When every night the scores are compared with the certificates: 02:00 UTC.
const NIGHTLY_MS: i64 = 2 * 3_600_000;
/// How many points below the certified score suspend a certificate.
const FALL: u8 = 10;
/// Certificates that are read at a time.
const PAGE: i64 = 100;
/// How long a process that died keeps others from the job.
const LEASE_MS: i64 = 10 * 60_000;
const JOB: &str = "recompute_scores";
/// Days before its end at which a certificate's owner is told.
const NOTICE_DAYS: [i64; 2] = [14, 3];

/// What is told of a certificate whose end is near or past.
#[derive(Serialize)]
struct Notice<'a> {
    days_left: i64,
    #[serde(flatten)]
    certificate: &'a Certificate,
}

/// What is told of a certificate that the score fell away from.
#[derive(Serialize)]
struct Suspension<'a> {
    score_now: u8,
    #[serde(flatten)]
    certificate: &'a Certificate,
}

impl Services {
    /// Compares every certificate in force with its agent's score, once a night whatever the number of processes, and
    /// suspends those that the score is 10 points or more below. A night that was slept through is made up for. How many
    /// were suspended; `None`: nothing was due. For a worker, to be called every minute or so.
    pub async fn recompute_scores(&self) -> Result<Option<u64>, Error> {
        let now_ms = self.now_ms();
        let due_ms = (now_ms - NIGHTLY_MS).div_euclid(DAY_MS) * DAY_MS + NIGHTLY_MS;
        let mut tx = self.store().begin().await?;
        if !jobs::claim(&mut tx, JOB, due_ms, (now_ms, now_ms + LEASE_MS)).await? {
            return Ok(None);
        }
        tx.commit().await?;
        let mut suspended = 0;
        let mut after = String::new();
        loop {
            let mut conn = self.store().read().await?;
            let page = certificates::list_in_force(&mut conn, now_ms, &after, PAGE).await?;
            let names: Vec<_> = page.iter().map(|(ws, c)| (ws, &c.agent_id)).collect();
            let evidence = evidence::list_of(&mut conn, &names).await?;
            drop(conn);
            let Some((_, last)) = page.last() else { break };
            last.id.as_str().clone_into(&mut after);
            for (workspace, certificate) in &page {
                let now = score_of(&evidence, &certificate.agent_id, day_of(now_ms));
                let fell = now.filter(|now| now.saturating_add(FALL) <= certificate.score);
                if let Some(now) = fell
                    && self.suspend_certificate(workspace, certificate, now).await?
                {
                    suspended += 1;
                }
            }
            let mut tx = self.store().begin().await?;
            jobs::update_lease(&mut tx, JOB, self.now_ms() + LEASE_MS).await?;
            tx.commit().await?;
        }
        let mut tx = self.store().begin().await?;
        jobs::update_done(&mut tx, JOB, due_ms).await?;
        tx.commit().await?;
        Ok(Some(suspended))
    }

    /// Suspends a certificate that is still in force; only a new one ends that.
    async fn suspend_certificate(
        &self,
        workspace: &WorkspaceId,
        certificate: &Certificate,
        score_now: u8,
    ) -> Result<bool, Error> {
        let at_ms = self.now_ms();
        let mut tx = self.store().begin().await?;
        if !certificates::update_suspended(&mut tx, workspace, &certificate.id, at_ms).await? {
            return Ok(false);
        }
        let after = Certificate { suspended_at_ms: Some(at_ms), ..certificate.clone() };
        let action = ("certificate.suspended", certificate.id.as_str());
        let told = Suspension { score_now, certificate: &after };
        let workspace_row = store::workspaces::get(&mut tx, workspace)
            .await?
            .ok_or(Error::NotFound { what: "workspace" })?;
        let actor = Actor {
            who: Who::System,
            workspace_id: workspace.clone(),
            plan: workspace_row.plan,
            via: Via::System,
            proved_at_ms: None,
            factor_missing: false,
        };
        self.audit(&mut tx, &actor, action, (Some(certificate), Some(&told))).await?;
        self.emit(&mut tx, workspace, action, &told).await?;
        let agent = AgentRef::Id(certificate.agent_id.as_str());
        let agent = agents::get(&mut tx, workspace, agent).await?;
        tx.commit().await?;
        if let Some(agent) = agent {
            self.0.profiles.forget(&agent);
        }
        Ok(true)
    }

    /// Tells of certificates that end in 14 or 3 days or have ended, each once whatever the number of processes. How
    /// many notices were given. For a worker.
    pub async fn notify_of_ends(&self) -> Result<u64, Error> {
        let now_ms = self.now_ms();
        let [first, second] = NOTICE_DAYS;
        let times = NoticeTimes {
            now_ms,
            first_until_ms: now_ms + first * DAY_MS,
            second_until_ms: now_ms + second * DAY_MS,
        };
        let mut given = 0;
        loop {
            let mut conn = self.store().read().await?;
            let page = certificates::list_to_notify(&mut conn, times, PAGE).await?;
            drop(conn);
            if page.is_empty() {
                return Ok(given);
            }
            for (workspace, certificate) in &page {
                let ends = certificate.valid_until_ms;
                let (notice, kind) = match ends {
                    _ if ends <= now_ms => (3, "certificate.expired"),
                    _ if ends <= times.second_until_ms => (2, "certificate.expiring"),
                    _ => (1, "certificate.expiring"),
                };
                let mut tx = self.store().begin().await?;
                let id = &certificate.id;
                if certificates::update_notice(&mut tx, workspace, id, notice).await? {
                    let days_left = (ends - now_ms + DAY_MS - 1).max(0) / DAY_MS;
                    let told = Notice { days_left, certificate };
                    self.emit(&mut tx, workspace, (kind, id.as_str()), &told).await?;
                    if notice < 3 {
                        self.remind(&mut tx, workspace, certificate, days_left).await?;
                    }
                    given += 1;
                }
                tx.commit().await?;
            }
        }
    }
}

impl Services {
    /// Tells the owner by mail.
    async fn remind(
        &self,
        tx: &mut Tx,
        workspace: &WorkspaceId,
        certificate: &Certificate,
        days_left: i64,
    ) -> Result<(), Error> {
        let agent = AgentRef::Id(certificate.agent_id.as_str());
        let agent = agents::get(tx, workspace, agent).await?;
        let letter = Letter::CertificateExpiring {
            certificate_id: certificate.id.to_string(),
            agent: agent.map(|agent| agent.name).unwrap_or_default(),
            days_left,
            valid_until_ms: certificate.valid_until_ms,
        };
        self.notify_owner(tx, workspace, &letter).await
    }
}

/// The agent's score on a day, where it has one.
fn score_of(evidence: &[(AgentId, Evidence)], agent: &AgentId, day: UtcDay) -> Option<u8> {
    let own: Vec<_> =
        evidence.iter().filter(|(of, _)| of == agent).map(|(_, e)| e.clone()).collect();
    score::score(&own, day).ok().map(|scored| scored.score)
}
