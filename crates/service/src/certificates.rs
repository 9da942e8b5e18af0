//! Certificates: a score, frozen and signed.

use model::score::{self, ALGORITHM, BreakdownLine, Confidence, Grade, InsufficientHistory};
use model::{Agent, Certificate, CertificateId, CertificateState, DAY_MS, Plan, Workspace, day_of};
use serde::Serialize;
use store::certificates::NamedCertificate;
use store::{Tx, certificates};

use crate::agents::find_agent;
use crate::secrets::sha256_hex;
use crate::{
    Actor, Capability, Error, Idempotency, Page, PageRequest, Rule, Services, SigningPurpose, text,
};

/// How long a certificate holds.
const VALID_MS: i64 = 90 * DAY_MS;
/// Certificates of one agent that are listed at most.
const LISTED: i64 = 100;
const RENEWED: &str = "certificate.renewed";
/// Characters of the reason for a revocation at most.
pub const MAX_REASON: usize = 500;
pub(crate) const CERTIFICATE_GONE: Error = Error::NotFound { what: "certificate" };

/// Which certificates.
#[derive(Debug, Clone, Default)]
pub struct CertificateFilter {
    /// Of this agent only, by any of its ids.
    pub agent_id: Option<String>,
    /// In this state now only.
    pub state: Option<CertificateState>,
}

/// A certificate with what its agent is called.
#[derive(Debug, Clone)]
pub struct CertificateDetail {
    /// The certificate.
    pub certificate: Certificate,
    /// What it is worth now.
    pub state: CertificateState,
    /// The agent's name, as it is now.
    pub agent_name: String,
    /// Whether the agent is out of service: nothing can be renewed then.
    pub agent_deleted: bool,
}

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
        self.certify(actor, id, "certificate.issued", idempotency).await
    }

    /// Scores an agent again and replaces its certificate, expired or not. Not found where none was ever issued.
    pub async fn renew_certificate(
        &self,
        actor: &Actor,
        id: &str,
        idempotency: Option<&Idempotency>,
    ) -> Result<Certificate, Error> {
        self.certify(actor, id, RENEWED, idempotency).await
    }

    async fn certify(
        &self,
        actor: &Actor,
        id: &str,
        action: &str,
        idempotency: Option<&Idempotency>,
    ) -> Result<Certificate, Error> {
        actor.require(Capability::Write)?;
        let mut tx = self.store().begin().await?;
        if let Some(done) = self.replay(&mut tx, actor, idempotency).await? {
            return Ok(done);
        }
        let agent = find_agent(&mut tx, actor, id).await?;
        if action == RENEWED
            && certificates::list(&mut tx, &actor.workspace_id, &agent.id, 1).await?.is_empty()
        {
            return Err(CERTIFICATE_GONE);
        }
        let workspace = store::workspaces::get(&mut tx, &actor.workspace_id)
            .await?
            .ok_or(Error::NotFound { what: "workspace" })?;
        if !workspace.plan.allows_certificates() {
            return Err(Error::PlanRequired { needed: Plan::Basic });
        }
        self.require_verified_owner(&mut tx, &workspace.id).await?;
        let certificate = self.draw_certificate(&mut tx, &workspace, &agent).await?;
        let now_ms = certificate.issued_at_ms;
        certificates::update_superseded(&mut tx, &workspace.id, &agent.id, now_ms).await?;
        certificates::insert(&mut tx, &workspace.id, &certificate).await?;
        let action = (action, certificate.id.as_str());
        self.audit(&mut tx, actor, action, (None::<&()>, Some(&certificate))).await?;
        self.emit(&mut tx, &workspace.id, action, &certificate).await?;
        self.remember(&mut tx, actor, idempotency, &certificate).await?;
        tx.commit().await?;
        self.0.profiles.forget(&agent);
        Ok(certificate)
    }

    /// The certificate that an agent gets now, signed; nothing of it is stored yet.
    async fn draw_certificate(
        &self,
        tx: &mut Tx,
        workspace: &Workspace,
        agent: &Agent,
    ) -> Result<Certificate, Error> {
        let now_ms = self.now_ms();
        let evidence = store::evidence::list(tx, &workspace.id, &agent.id).await?;
        let scored = score::score(&evidence, day_of(now_ms)).map_err(
            |InsufficientHistory { n, needed }| Error::InsufficientHistory { n, needed },
        )?;
        let days = store::evidence::list_day_hashes(tx, &workspace.id, &agent.id).await?;
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
            revoked_reason: None,
        };
        certificate.credential = self.sign_certificate(tx, &certificate).await?;
        Ok(certificate)
    }

    async fn sign_certificate(&self, tx: &mut Tx, c: &Certificate) -> Result<String, Error> {
        let credential = Credential {
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
        };
        self.sign(tx, SigningPurpose::Certificates, &credential).await
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

    /// The workspace's certificates, newest first.
    pub async fn list_all_certificates(
        &self,
        actor: &Actor,
        filter: &CertificateFilter,
        request: &PageRequest,
    ) -> Result<Page<CertificateDetail>, Error> {
        actor.require(Capability::Read)?;
        let before: Option<CertificateId> = request.before()?;
        let mut conn = self.store().read().await?;
        let agent = match &filter.agent_id {
            Some(id) => Some(find_agent(&mut conn, actor, id).await?.id),
            None => actor.only_agent().cloned(),
        };
        let wanted = certificates::CertificateFilter {
            agent: agent.as_ref(),
            state: filter.state,
            before: before.as_ref().map(CertificateId::as_str),
        };
        let times = (self.now_ms(), request.fetch());
        let found = certificates::list_named(&mut conn, &actor.workspace_id, wanted, times).await?;
        let page = request.page(found, |c| c.certificate.id.as_str().to_owned());
        let items = page.items.into_iter().map(|found| self.certificate_detail(found)).collect();
        Ok(Page { items, next: page.next })
    }

    /// One certificate of the workspace.
    pub async fn get_certificate(
        &self,
        actor: &Actor,
        id: &str,
    ) -> Result<CertificateDetail, Error> {
        actor.require(Capability::Read)?;
        let mut conn = self.store().read().await?;
        let found = certificates::get(&mut conn, &actor.workspace_id, id).await?;
        let found = found.filter(|f| actor.sees(&f.certificate.agent_id));
        Ok(self.certificate_detail(found.ok_or(CERTIFICATE_GONE)?))
    }

    fn certificate_detail(&self, found: NamedCertificate) -> CertificateDetail {
        CertificateDetail {
            state: found.certificate.state(self.now_ms()),
            certificate: found.certificate,
            agent_name: found.agent_name,
            agent_deleted: found.agent_deleted,
        }
    }

    /// Withdraws a certificate; the reason is public. Revoking twice keeps the first reason and time.
    pub async fn revoke_certificate(
        &self,
        actor: &Actor,
        id: &str,
        reason: &str,
        idempotency: Option<&Idempotency>,
    ) -> Result<Certificate, Error> {
        actor.require(Capability::Write)?;
        let reason = text::clean("reason", reason, MAX_REASON, false)?;
        if reason.is_empty() {
            return Err(Error::invalid("reason", Rule::Required));
        }
        let mut tx = self.store().begin().await?;
        if let Some(done) = self.replay(&mut tx, actor, idempotency).await? {
            return Ok(done);
        }
        let workspace = &actor.workspace_id;
        let found = certificates::get(&mut tx, workspace, id).await?;
        let before = found
            .map(|found| found.certificate)
            .filter(|certificate| actor.sees(&certificate.agent_id))
            .ok_or(CERTIFICATE_GONE)?;
        let now_ms = self.now_ms();
        let why = (now_ms, reason.as_str());
        if !certificates::update_revoked_one(&mut tx, workspace, &before.id, why).await? {
            return Ok(before);
        }
        let after = Certificate {
            revoked_at_ms: Some(now_ms),
            revoked_reason: Some(reason),
            ..before.clone()
        };
        let action = ("certificate.revoked", after.id.as_str());
        self.audit(&mut tx, actor, action, (Some(&before), Some(&after))).await?;
        self.emit(&mut tx, workspace, action, &after).await?;
        self.remember(&mut tx, actor, idempotency, &after).await?;
        tx.commit().await?;
        // It is known by its external id too, which a certificate does not tell.
        self.0.profiles.forget_all();
        Ok(after)
    }
}
