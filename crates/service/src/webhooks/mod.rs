//! Webhooks: endpoints, their secrets, and what was sent to them.

mod address;
mod engine;
mod health;
mod hosts;
mod log;
mod outbound;
mod sent;
mod signature;
mod sweep;
mod target;
mod told;
mod try_out;

use model::{DAY_MS, Dialect, DisabledReason, EndpointId, Subscription, WebhookEndpoint};
use serde::{Deserialize, Serialize};
use store::queues::QueueName;
use store::{Conn, Tx, deliveries, queues, webhooks};

pub use engine::{SCHEDULE_MS, WebhookWorker};
pub use health::{EndpointHealth, MAX_RECENT, MAX_WAITING};
pub use hosts::{NoHost, WebhookHosts};
pub use log::{DeliveryDetail, DeliveryFilter, EndpointLog, LoggedDelivery, OpenDelivery};
pub use outbound::Resolver;
pub(crate) use outbound::{Outbound, get};
pub use sent::SentRequest;
pub(crate) use signature::{PURPOSE as SECRET_PURPOSE, new_secret, seal as seal_secret};
pub use signature::{WebhookSecrets, hmac_sha256_hex};
pub use told::{Addressee, Render, Told, ToldCertificate, WebhookEvent, WebhookMessage};
pub use try_out::TestReport;

use crate::mail::Letter;
use crate::{
    Actor, Capability, Error, Idempotency, Page, PageRequest, Refusal, Rule, Services, UrlFault,
    text,
};

/// Endpoints of one workspace at most.
const MAX_ENDPOINTS: i64 = 1_000;
/// Characters of a URL at most.
const MAX_URL: usize = 2_000;
/// Characters of a secret at most.
const MAX_SECRET: usize = 200;
/// Bytes of an answer that are read at most.
pub(crate) const MAX_ANSWER: usize = 64 * 1024;
/// How long two secrets sign after a rotation.
const OVERLAP_MS: i64 = DAY_MS;
/// How long deliveries are kept.
const KEPT_MS: i64 = 30 * DAY_MS;
const ENDPOINT_GONE: Error = Error::NotFound { what: "webhook endpoint" };

/// How webhooks go out.
#[derive(Debug, Clone)]
pub struct WebhookSettings {
    /// Whether endpoints may be on this machine and without TLS: for development.
    pub allow_loopback: bool,
    /// The hosts that they may be on, if not every public one.
    pub hosts: WebhookHosts,
    /// Finds their addresses.
    pub resolver: Resolver,
    /// Words what they are told.
    pub render: Render,
}

/// An endpoint to be made.
#[derive(Debug, Clone)]
pub struct NewEndpoint {
    /// Where the events go: `https://...`.
    pub url: String,
    /// What its owner says of it.
    pub description: String,
    /// The API that it speaks.
    pub dialect: Dialect,
    /// Event types, groups (`payment.*`) or all (`*`); at least one.
    pub events: Vec<String>,
    /// The wallet whose payments it is to be told of. Refused: payments do not say yet into which wallet they came.
    pub wallet: Option<String>,
    /// What deliveries are signed with; `None` for a new one of ours.
    pub secret: Option<String>,
}

/// What to change of an endpoint; `None` leaves it.
#[derive(Debug, Clone, Default)]
pub struct EndpointPatch {
    /// Where the events go.
    pub url: Option<String>,
    /// What its owner says of it.
    pub description: Option<String>,
    /// Event types, groups or all.
    pub events: Option<Vec<String>>,
}

/// An endpoint that was just made or got another secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IssuedEndpoint {
    /// The endpoint.
    pub endpoint: WebhookEndpoint,
    /// What its deliveries are signed with. `None` when the answer to an earlier request is replayed.
    #[serde(skip)]
    pub secret: Option<String>,
}

/// An endpoint, and how it fares.
#[derive(Debug, Clone)]
pub struct EndpointDetail {
    /// The endpoint.
    pub endpoint: WebhookEndpoint,
    /// Deliveries that wait, counted up to [`MAX_WAITING`].
    pub waiting: i64,
}

impl Services {
    /// Makes an endpoint; it hears of what happens from then on.
    pub async fn create_endpoint(
        &self,
        actor: &Actor,
        new: NewEndpoint,
        idempotency: Option<&Idempotency>,
    ) -> Result<IssuedEndpoint, Error> {
        actor.require(Capability::ManageWebhooks)?;
        self.require_proof(actor)?;
        let mut tx = self.store().begin().await?;
        if let Some(done) = self.replay(&mut tx, actor, idempotency).await? {
            return Ok(done);
        }
        if new.wallet.is_some_and(|wallet| !wallet.trim().is_empty()) {
            return Err(Error::invalid("wallet", Rule::NoWallets));
        }
        let secret = match new.secret.filter(|secret| !secret.is_empty()) {
            Some(secret) if secret.chars().count() > MAX_SECRET => {
                return Err(Error::invalid("secret", Rule::TooLong(MAX_SECRET)));
            }
            Some(secret) => secret,
            None => signature::new_secret(self.entropy()),
        };
        let now_ms = self.now_ms();
        let endpoint = WebhookEndpoint {
            id: EndpointId::new(now_ms, self.entropy().bytes()),
            url: self.target(&new.url)?,
            description: text::clean("description", &new.description, text::MAX_NAME, false)?,
            dialect: new.dialect,
            events: subscription(&new.events)?,
            previous_until_ms: None,
            disabled_at_ms: None,
            disabled_reason: None,
            failing_since_ms: None,
            attempts: 0,
            failures: 0,
            last_attempt_at_ms: None,
            created_at_ms: now_ms,
        };
        let workspace = &actor.workspace_id;
        if webhooks::count(&mut tx, workspace).await? >= MAX_ENDPOINTS {
            return Err(Error::Refused(Refusal::TooManyEndpoints(MAX_ENDPOINTS)));
        }
        let sealed = signature::seal(&self.0.vault, self.entropy(), &secret)?;
        webhooks::insert(&mut tx, workspace, &endpoint, &sealed).await?;
        let action = ("webhook.created", endpoint.id.as_str());
        self.audit(&mut tx, actor, action, (None::<&()>, Some(&endpoint))).await?;
        let issued = IssuedEndpoint { endpoint, secret: Some(secret) };
        self.remember(&mut tx, actor, idempotency, &issued).await?;
        tx.commit().await?;
        Ok(issued)
    }

    /// The workspace's endpoints, newest first.
    pub async fn list_endpoints(
        &self,
        actor: &Actor,
        request: &PageRequest,
    ) -> Result<Page<WebhookEndpoint>, Error> {
        actor.require(Capability::Read)?;
        actor.require_all_agents()?;
        let before: Option<EndpointId> = request.before()?;
        let before = before.as_ref().map(EndpointId::as_str);
        let mut conn = self.store().read().await?;
        let rows = webhooks::list(&mut conn, &actor.workspace_id, before, request.fetch()).await?;
        Ok(request.page(rows, |endpoint| endpoint.id.to_string()))
    }

    /// One endpoint, and how it fares.
    pub async fn get_endpoint(&self, actor: &Actor, id: &str) -> Result<EndpointDetail, Error> {
        actor.require(Capability::Read)?;
        actor.require_all_agents()?;
        let mut conn = self.store().read().await?;
        let endpoint = endpoint(&mut conn, actor, id).await?;
        let (workspace, id) = (&actor.workspace_id, &endpoint.id);
        let waiting = deliveries::count_waiting(&mut conn, workspace, id, MAX_WAITING).await?;
        Ok(EndpointDetail { endpoint, waiting })
    }

    /// Changes where events go, which, or the description.
    pub async fn update_endpoint(
        &self,
        actor: &Actor,
        id: &str,
        patch: EndpointPatch,
    ) -> Result<WebhookEndpoint, Error> {
        actor.require(Capability::ManageWebhooks)?;
        let mut tx = self.store().begin().await?;
        let workspace = &actor.workspace_id;
        let before = endpoint(&mut tx, actor, id).await?;
        let mut after = before.clone();
        if let Some(url) = &patch.url {
            after.url = self.target(url)?;
        }
        if after.url != before.url {
            self.require_proof(actor)?;
        }
        if let Some(description) = &patch.description {
            after.description = text::clean("description", description, text::MAX_NAME, false)?;
        }
        if let Some(events) = &patch.events {
            after.events = subscription(events)?;
        }
        if !webhooks::update(&mut tx, workspace, &after).await? {
            return Err(ENDPOINT_GONE);
        }
        let action = ("webhook.updated", after.id.as_str());
        self.audit(&mut tx, actor, action, (Some(&before), Some(&after))).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Switches an endpoint on or off. What waits for it goes on waiting; what happens while it is off, it never hears of.
    pub async fn set_endpoint_enabled(
        &self,
        actor: &Actor,
        id: &str,
        enabled: bool,
    ) -> Result<WebhookEndpoint, Error> {
        actor.require(Capability::ManageWebhooks)?;
        let mut tx = self.store().begin().await?;
        let workspace = &actor.workspace_id;
        let before = endpoint(&mut tx, actor, id).await?;
        let now_ms = self.now_ms();
        let (changed, action) = if enabled {
            (webhooks::update_enabled(&mut tx, workspace, &before.id).await?, "webhook.enabled")
        } else {
            let off = (now_ms, DisabledReason::Owner);
            let changed = webhooks::update_disabled(&mut tx, workspace, &before.id, off).await?;
            (changed, "webhook.disabled")
        };
        let after = endpoint(&mut tx, actor, id).await?;
        if changed {
            if enabled {
                queues::touch(&mut tx, &[(workspace.clone(), before.id.clone())], now_ms).await?;
            }
            let action = (action, before.id.as_str());
            self.audit(&mut tx, actor, action, (Some(&before), Some(&after))).await?;
        }
        tx.commit().await?;
        Ok(after)
    }

    /// Deletes an endpoint. What waits for it is never sent.
    pub async fn delete_endpoint(&self, actor: &Actor, id: &str) -> Result<(), Error> {
        actor.require(Capability::ManageWebhooks)?;
        let mut tx = self.store().begin().await?;
        let workspace = &actor.workspace_id;
        let before = endpoint(&mut tx, actor, id).await?;
        if !webhooks::update_deleted(&mut tx, workspace, &before.id, self.now_ms()).await? {
            return Err(ENDPOINT_GONE);
        }
        let action = ("webhook.deleted", before.id.as_str());
        self.audit(&mut tx, actor, action, (Some(&before), None::<&()>)).await?;
        Ok(tx.commit().await?)
    }

    /// Gives an endpoint another secret. Deliveries are signed with both for 24 hours; until then this is refused.
    pub async fn rotate_endpoint_secret(
        &self,
        actor: &Actor,
        id: &str,
        idempotency: Option<&Idempotency>,
    ) -> Result<IssuedEndpoint, Error> {
        actor.require(Capability::ManageWebhooks)?;
        self.require_proof(actor)?;
        let mut tx = self.store().begin().await?;
        if let Some(done) = self.replay(&mut tx, actor, idempotency).await? {
            return Ok(done);
        }
        let workspace = &actor.workspace_id;
        let before = endpoint(&mut tx, actor, id).await?;
        let secret = signature::new_secret(self.entropy());
        let sealed = signature::seal(&self.0.vault, self.entropy(), &secret)?;
        let now_ms = self.now_ms();
        let times = (now_ms, now_ms + OVERLAP_MS);
        if !webhooks::update_secret(&mut tx, workspace, &before.id, &sealed, times).await? {
            return Err(Error::Conflict {
                field: Some("secret"),
                why: "The secret was changed in the last 24 hours and the one before still signs. \
                      Try again when that time is over."
                    .to_owned(),
            });
        }
        let endpoint = endpoint(&mut tx, actor, id).await?;
        let action = ("webhook.secret_rotated", endpoint.id.as_str());
        self.audit(&mut tx, actor, action, (Some(&before), Some(&endpoint))).await?;
        let issued = IssuedEndpoint { endpoint, secret: Some(secret) };
        self.remember(&mut tx, actor, idempotency, &issued).await?;
        tx.commit().await?;
        Ok(issued)
    }

    /// Shows a person once more what deliveries to an endpoint are signed with.
    pub async fn reveal_endpoint_secret(&self, actor: &Actor, id: &str) -> Result<String, Error> {
        actor.require(Capability::ManageWebhooks)?;
        actor.require_person()?;
        self.require_proof(actor)?;
        let mut tx = self.store().begin().await?;
        let target = target_of(&mut tx, actor, id).await?;
        let secrets = WebhookSecrets::open(&self.0.vault, &target.secrets)?;
        let action = ("webhook.secret_revealed", target.endpoint.id.as_str());
        self.audit(&mut tx, actor, action, (None::<&()>, None::<&()>)).await?;
        tx.commit().await?;
        Ok(secrets.current().to_owned())
    }

    /// A URL that events can be sent to. What its name resolves to is checked whenever something is sent.
    fn target(&self, url: &str) -> Result<String, Error> {
        let text = text::clean("url", url, MAX_URL, false)?;
        if text.is_empty() {
            return Err(Error::invalid("url", Rule::Required));
        }
        let loopback = self.0.outbound.allow_loopback();
        let url = target::read(&text, loopback).map_err(|f| Error::invalid("url", Rule::Url(f)))?;
        if !self.0.settings.webhooks.hosts.allow(&url) {
            return Err(Error::invalid("url", Rule::Url(UrlFault::NotListed)));
        }
        Ok(url.into())
    }
}

/// The actor's endpoint with this id. What is no id names nothing.
async fn endpoint(conn: &mut Conn, actor: &Actor, id: &str) -> Result<WebhookEndpoint, Error> {
    let id: EndpointId = id.parse().map_err(|_| ENDPOINT_GONE)?;
    webhooks::get(conn, &actor.workspace_id, &id).await?.ok_or(ENDPOINT_GONE)
}

/// [`endpoint`], switched on or off, with its secrets.
async fn target_of(conn: &mut Conn, actor: &Actor, id: &str) -> Result<webhooks::Target, Error> {
    let endpoint = endpoint(conn, actor, id).await?;
    let workspace_id = actor.workspace_id.clone();
    let secrets = webhooks::get_secrets(conn, &workspace_id, &endpoint.id).await?;
    Ok(webhooks::Target { workspace_id, endpoint, secrets: secrets.ok_or(ENDPOINT_GONE)? })
}

fn subscription(words: &[String]) -> Result<Subscription, Error> {
    let events = Subscription::read(words.iter().map(String::as_str))
        .map_err(|unknown| Error::invalid("events", Rule::UnknownEvent(unknown.0)))?;
    if events.is_empty() {
        return Err(Error::invalid("events", Rule::Required));
    }
    Ok(events)
}

/// Switches an endpoint off that nothing can be told any more, with a notice to the others.
async fn switch_off(
    services: &Services,
    tx: &mut Tx,
    (workspace, id): &QueueName,
    reason: DisabledReason,
) -> Result<(), Error> {
    let Some(before) = webhooks::get(tx, workspace, id).await? else { return Ok(()) };
    let at_ms = services.now_ms();
    if !webhooks::update_disabled(tx, workspace, id, (at_ms, reason)).await? {
        return Ok(());
    }
    let after = WebhookEndpoint {
        disabled_at_ms: Some(at_ms),
        disabled_reason: Some(reason),
        ..before.clone()
    };
    let action = ("webhook.disabled", id.as_str());
    let who = (workspace, "system", "system");
    services.audit_by(tx, who, action, (Some(&before), Some(&after))).await?;
    let told = serde_json::json!({
        "webhook_id": id,
        "url": before.url,
        "description": before.description,
        "reason": reason,
    });
    services.emit(tx, workspace, action, &told).await?;
    let letter = Letter::WebhookOff { endpoint_id: id.to_string(), url: before.url, reason };
    services.notify_owner(tx, workspace, &letter).await
}
