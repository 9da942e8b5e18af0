//! What was sent, told afterwards.

use model::EventId;
use store::deliveries;
use url::Url;

use super::engine::{Address, compose, told};
use super::log::DELIVERY_GONE;
use super::{OVERLAP_MS, WebhookEvent, WebhookSecrets};
use crate::{Actor, Capability, Error, Services};

/// The request of the newest attempt to deliver an event; before the first one, what it would be now.
#[derive(Debug, Clone)]
pub struct SentRequest {
    /// Where the endpoint is.
    pub url: String,
    /// The headers. Once the secret was changed after the attempt, those that sign are left out.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
    /// Whether the headers that sign are there.
    pub signed: bool,
}

impl Services {
    /// The request by which an event went to an endpoint.
    pub async fn get_sent_request(
        &self,
        actor: &Actor,
        endpoint: &str,
        event: &str,
    ) -> Result<SentRequest, Error> {
        actor.require(Capability::Read)?;
        actor.require_all_agents()?;
        let target = self.endpoint_target(actor, endpoint).await?;
        let (workspace, endpoint) = (&target.workspace_id, target.endpoint);
        let event: EventId = event.parse().map_err(|_| DELIVERY_GONE)?;
        let mut conn = self.store().read().await?;
        let name = (workspace.clone(), endpoint.id.clone(), event);
        let full = deliveries::list_full(&mut conn, std::slice::from_ref(&name)).await?.pop();
        let found = told(&mut conn, full.ok_or(DELIVERY_GONE)?).await?;
        let (delivery, told) = found.ok_or(DELIVERY_GONE)?;
        let of = (workspace, &endpoint.id);
        let newest = deliveries::list_attempts(&mut conn, of, &name.2, 1).await?;
        let at_ms = newest.first().map_or_else(|| self.now_ms(), |attempt| attempt.started_at_ms);
        let changed_at_ms = endpoint.previous_until_ms.map(|until| until - OVERLAP_MS);
        let signed = changed_at_ms.is_none_or(|changed| changed <= at_ms);
        let address = Address {
            url: Url::parse(&endpoint.url).map_err(Error::internal)?,
            dialect: endpoint.dialect,
            secrets: WebhookSecrets::open(&self.0.vault, &target.secrets)?,
        };
        let event = WebhookEvent {
            id: delivery.event_id,
            kind: delivery.kind,
            subject: delivery.subject,
            at_ms: delivery.created_at_ms,
            told,
        };
        let (mut headers, body) = compose(self, &address, &event, at_ms)?;
        headers.retain(|(name, _)| signed || !name.ends_with("signature"));
        Ok(SentRequest { url: endpoint.url, headers, body, signed })
    }
}
