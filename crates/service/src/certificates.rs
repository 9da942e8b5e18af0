//! Certificates: a score, frozen and signed.

use model::score::{self, ALGORITHM, BreakdownLine, Confidence, Grade, InsufficientHistory};
use model::{Certificate, CertificateId, DAY_MS, Plan, day_of};
use serde::Serialize;
use store::certificates;

use crate::agents::find_agent;
use crate::secrets::sha256_hex;
use crate::{Actor, Capability, Error, Idempotency, Services};

/// How long a certificate holds.
const VALID_MS: i64 = 90 * DAY_MS;
/// Certificates of one agent that are listed at most.
const LISTED: i64 = 100;

/// What the signed form says. Checked offline with the keys under `/.well-known/jwks.json`.
#[derive(Serialize)]
struct Credential<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'static str,
    jti: &'a str,
    iat: i64,
    nbf: i64,
    exp: i64,
    algorithm: &'a str,
    score: u8,
    grade: Grade,
    confidence: Confidence,
    n: i64,
    s: f64,
    f: f64,
    bound: f64,
    ceiling: Option<score::Ceiling>,
    breakdown: &'a [BreakdownLine],
    as_of_ms: i64,
    digest: &'a str,
    self_issued: bool,
}

impl Services {
    /// Scores an agent and vouches for the result during 90 days. An earlier certificate is superseded.
    pub async fn issue_certificate(
        &self,
        actor: &Actor,
        id: &str,
        idempotency: Option<&Idempotency>,
    ) -> Result<Certificate, Error> {
        actor.require(Capability::Write)?;
        let mut tx = self.store().begin().await?;
        if let Some(done) = self.replay(&mut tx, actor, idempotency).await? {
            return Ok(done);
        }
        let agent = find_agent(&mut tx, actor, id).await?;
        let workspace = store::workspaces::get(&mut tx, &actor.workspace_id)
            .await?
            .ok_or(Error::NotFound { what: "workspace" })?;
        if !workspace.plan.allows_certificates() {
            return Err(Error::PlanRequired { needed: Plan::Basic });
        }
        let now_ms = self.now_ms();
        let evidence = store::evidence::list(&mut tx, &workspace.id, &agent.id).await?;
        let scored = score::score(&evidence, day_of(now_ms)).map_err(
            |InsufficientHistory { n, needed }| Error::InsufficientHistory { n, needed },
        )?;
        let days = store::evidence::list_day_hashes(&mut tx, &workspace.id, &agent.id).await?;
        let digest = sha256_hex(&days.iter().map(String::as_bytes).collect::<Vec<_>>());
        let mut certificate = Certificate {
            id: CertificateId::new(now_ms, self.entropy().bytes()),
            agent_id: agent.id.clone(),
            gopi_id: agent.gopi_id.clone(),
            score: scored.score,
            grade: scored.grade,
            confidence: scored.confidence,
            n: scored.n,
            s: scored.s,
            f: scored.f,
            bound: scored.bound,
            ceiling: scored.ceiling,
            breakdown: scored.breakdown,
            algorithm: ALGORITHM.to_owned(),
            as_of_ms: now_ms,
            digest,
            self_issued: workspace.operator_owned,
            credential: String::new(),
            issued_at_ms: now_ms,
            valid_until_ms: now_ms + VALID_MS,
            superseded_at_ms: None,
            suspended_at_ms: None,
            revoked_at_ms: None,
        };
        certificate.credential = self.sign_certificate(&certificate)?;
        certificates::update_superseded(&mut tx, &workspace.id, &agent.id, now_ms).await?;
        certificates::insert(&mut tx, &workspace.id, &certificate).await?;
        let action = ("certificate.issued", certificate.id.as_str());
        self.audit(&mut tx, actor, action, (None::<&()>, Some(&certificate))).await?;
        self.emit(&mut tx, &workspace.id, action, &certificate).await?;
        self.remember(&mut tx, actor, idempotency, &certificate).await?;
        tx.commit().await?;
        self.0.profiles.forget(&agent);
        Ok(certificate)
    }

    fn sign_certificate(&self, c: &Certificate) -> Result<String, Error> {
        self.0.certificate_signer.sign(&Credential {
            iss: self.public_url(),
            sub: &c.gopi_id,
            aud: "public",
            jti: c.id.as_str(),
            iat: c.issued_at_ms / 1000,
            nbf: c.issued_at_ms / 1000,
            exp: c.valid_until_ms / 1000,
            algorithm: &c.algorithm,
            score: c.score,
            grade: c.grade,
            confidence: c.confidence,
            n: c.n,
            s: c.s,
            f: c.f,
            bound: c.bound,
            ceiling: c.ceiling,
            breakdown: &c.breakdown,
            as_of_ms: c.as_of_ms,
            digest: &c.digest,
            self_issued: c.self_issued,
        })
    }

    /// An agent's certificates, newest first.
    pub async fn list_certificates(
        &self,
        actor: &Actor,
        agent_id: &str,
    ) -> Result<Vec<Certificate>, Error> {
        actor.require(Capability::Read)?;
        let mut conn = self.store().read().await?;
        let agent = find_agent(&mut conn, actor, agent_id).await?;
        Ok(certificates::list(&mut conn, &actor.workspace_id, &agent.id, LISTED).await?)
    }
}
