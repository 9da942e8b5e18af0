//! Webhooks in the trust API's words: `{type, timestamp, data}`, `data` being the object as the API answers it.

use serde_json::value::{RawValue, to_raw_value};
use service::{Error, Recorded, Told, WebhookEvent, WebhookMessage};

use super::wire;

/// The object that an event is about.
pub fn webhook_data(event: &WebhookEvent, public_url: &str) -> Result<Box<RawValue>, Error> {
    let data = match &event.told {
        Told::Payment(payment) => {
            let recorded = Recorded { payment: (**payment).clone(), replayed: false };
            let payment = wire::PaymentEvent::try_from(recorded);
            to_raw_value(&payment.map_err(|_| Error::internal("a payment has no wire form"))?)
        }
        Told::Agent(agent) => to_raw_value(&wire::ToldAgent::new(agent, public_url)),
        Told::Certificate(told) => to_raw_value(&wire::ToldCertificate::new(told, event.at_ms)),
        Told::ApiKey(key) => to_raw_value(&wire::ToldKey::from(&**key)),
        Told::Other(value) => to_raw_value(value),
    };
    data.map_err(Error::internal)
}

/// The whole message.
pub fn webhook(event: &WebhookEvent, data: &RawValue) -> Result<WebhookMessage, Error> {
    let body = wire::WebhookBody::new(event, data);
    let body = serde_json::to_string(&body).map_err(Error::internal)?;
    Ok(WebhookMessage { body, headers: Vec::new() })
}
