//! What was sent, told afterwards.

use model::{Attempt, EventId};
use store::webhooks::Target;
use store::{Conn, deliveries};

use super::OVERLAP_MS;
use super::engine::{Address, compose, event_of};
use crate::{Error, Services};

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
    /// The request by which an event went to an endpoint, at its newest attempt.
    pub(super) async fn sent_request(
        &self,
        conn: &mut Conn,
        target: &Target,
        (event, newest): (&EventId, Option<&Attempt>),
    ) -> Result<SentRequest, Error> {
        let endpoint = &target.endpoint;
        let name = (target.workspace_id.clone(), endpoint.id.clone(), event.clone());
        let full = deliveries::list_full(conn, std::slice::from_ref(&name)).await?.pop();
        let event = event_of(conn, full.ok_or(Error::NotFound { what: "delivery" })?).await?;
        let at_ms = newest.map_or_else(|| self.now_ms(), |attempt| attempt.started_at_ms);
        let changed_at_ms = endpoint.previous_until_ms.map(|until| until - OVERLAP_MS);
        let signed = changed_at_ms.is_none_or(|changed| changed <= at_ms);
        let address = Address::open(&self.0.vault, target.clone())?;
        let (mut headers, body) = compose(self, &address, &event, at_ms)?;
        headers.retain(|(name, _)| signed || !name.ends_with("signature"));
        Ok(SentRequest { url: endpoint.url.clone(), headers, body, signed })
    }
}
