//! What everybody may know of an agent.

use std::sync::Arc;
use std::time::Duration;

use model::{Agent, Certificate, CertificateState, Visibility, WorkspaceId};
use serde_json::Value;
use store::agents::{self, AgentRef, FoundAgent};
use store::certificates;

use crate::agents::AgentName;
use crate::certificates::CERTIFICATE_GONE;
use crate::{Actor, Error, PublicKey, Services, SigningPurpose};

/// An agent as the public sees it: nothing of its owner.
#[derive(Debug, Clone)]
pub struct PublicProfile {
    /// The agent.
    pub agent: Agent,
    /// Its newest certificate, whatever that one's state.
    pub certificate: Option<Certificate>,
    /// Whether search engines are asked not to list its page.
    pub unlisted: bool,
    pub(crate) workspace_id: WorkspaceId,
}

/// A certificate as everybody may check it.
#[derive(Debug, Clone)]
pub struct PublicCertificate {
    /// The certificate.
    pub certificate: Certificate,
    /// What it is worth now.
    pub state: CertificateState,
    /// The agent that it speaks of.
    pub agent: Agent,
    /// What its signed form says and the key that it was checked with, if a key of this instance signed it that was not
    /// revoked.
    pub signed: Option<(Value, PublicKey)>,
}

/// Certificates of one agent that its profile lists at most.
const LISTED: i64 = 10;

/// Profiles by each id they are asked for, unknown ids among them. At most a second old; a write that matters drops
/// what it changed at once.
pub(crate) struct ProfileCache(moka::sync::Cache<String, Option<Arc<PublicProfile>>>);

impl ProfileCache {
    pub(crate) fn new() -> Self {
        Self(
            moka::sync::Cache::builder()
                .max_capacity(10_000)
                .time_to_live(Duration::from_secs(1))
                .build(),
        )
    }

    pub(crate) fn clear(&self) {
        self.0.invalidate_all();
    }

    pub(crate) fn len(&self) -> u64 {
        self.0.entry_count()
    }

    pub(crate) fn forget(&self, agent: &Agent) {
        for id in [agent.id.as_str(), &agent.external_id, &agent.gopi_id] {
            self.0.invalidate(id);
        }
    }

    pub(crate) fn forget_all(&self) {
        self.0.invalidate_all();
    }

    pub(crate) fn forget_name(&self, agent: &AgentName) {
        for id in [agent.id.as_str(), &agent.external_id, &agent.gopi_id] {
            self.0.invalidate(id);
        }
    }
}

/// Ids longer than this are not ours; they are not worth a place in the cache.
const MAX_ID: usize = 100;

impl Services {
    /// The profile behind a public or external id. A private agent looks unknown to everybody but its workspace.
    pub async fn public_profile(
        &self,
        id: &str,
        viewer: Option<&Actor>,
    ) -> Result<Arc<PublicProfile>, Error> {
        let gone = || Error::NotFound { what: "agent" };
        if id.len() > MAX_ID {
            return Err(gone());
        }
        let found = match self.0.profiles.0.get(id) {
            Some(found) => found,
            None => {
                let found = Box::pin(self.read_profile(id)).await?.map(Arc::new);
                self.0.profiles.0.insert(id.to_owned(), found.clone());
                found
            }
        };
        let profile = found.ok_or_else(gone)?;
        let visible = profile.agent.visibility == Visibility::Public
            || viewer.is_some_and(|actor| {
                actor.workspace_id == profile.workspace_id && actor.sees(&profile.agent.id)
            });
        if visible { Ok(profile) } else { Err(gone()) }
    }

    /// The newest certificates of an agent whose profile one sees, newest first.
    pub async fn list_public_certificates(
        &self,
        profile: &PublicProfile,
    ) -> Result<Vec<Certificate>, Error> {
        let mut conn = self.store().read().await?;
        let (workspace, agent) = (&profile.workspace_id, &profile.agent.id);
        Ok(certificates::list(&mut conn, workspace, agent, LISTED).await?)
    }

    /// The certificate behind an id. Those of private agents look unknown to everybody but their workspace, those of
    /// deleted agents to everybody.
    pub async fn public_certificate(
        &self,
        id: &str,
        viewer: Option<&Actor>,
    ) -> Result<PublicCertificate, Error> {
        if id.len() > MAX_ID {
            return Err(CERTIFICATE_GONE);
        }
        let found = certificates::get_of_any(&mut self.store().read().await?, id).await?;
        let certificate = found.ok_or(CERTIFICATE_GONE)?.certificate;
        let profile =
            self.public_profile(certificate.agent_id.as_str(), viewer).await.map_err(|error| {
                match error {
                    Error::NotFound { .. } => CERTIFICATE_GONE,
                    other => other,
                }
            })?;
        let signed: Option<(Value, _)> =
            self.verify(SigningPurpose::Certificates, (&certificate.credential, "public")).await?;
        Ok(PublicCertificate {
            state: certificate.state(self.now_ms()),
            signed: signed.filter(|(claims, _)| claims["jti"] == certificate.id.as_str()),
            agent: profile.agent.clone(),
            certificate,
        })
    }

    async fn read_profile(&self, id: &str) -> Result<Option<PublicProfile>, Error> {
        let mut conn = self.store().read().await?;
        let found = agents::get_of_any(&mut conn, AgentRef::of(id)).await?;
        let Some(FoundAgent { workspace_id, agent, unlisted }) = found else { return Ok(None) };
        // Nobody vouches for the agents of a suspended workspace, or of one that is about to be erased: they are unknown
        // until it is let in again.
        let standing = self.standing(&mut conn, &workspace_id).await?;
        if standing.suspension.is_some() || standing.deletion.is_some() {
            return Ok(None);
        }
        let newest =
            store::certificates::list_newest(&mut conn, &workspace_id, &[&agent.id]).await?;
        let certificate = newest.into_iter().next();
        Ok(Some(PublicProfile { agent, certificate, unlisted, workspace_id }))
    }
}
