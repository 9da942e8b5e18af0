//! What webhooks say: an event in the words of the API that its endpoint speaks.

use model::Dialect;
use service::{Addressee, Error, WebhookEvent, WebhookMessage};

use super::{agentgate, agentgatepay, gopi, paegents};

/// Words an event for an endpoint. The object in it is the one that the trust API answers with, except where the
/// endpoint's own API has a form for it.
pub fn render(event: &WebhookEvent, to: &Addressee<'_>) -> Result<WebhookMessage, Error> {
    let data = || gopi::webhook_data(event, to.public_url);
    match to.dialect {
        Dialect::Standard => gopi::webhook(event, &data()?),
        Dialect::AgentGate => agentgate::webhook(event, &data()?, to),
        Dialect::AgentGatePay => agentgatepay::webhook(event, data, to),
        Dialect::Paegents => paegents::webhook(event, &data()?, to),
    }
}
