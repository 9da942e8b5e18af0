//! The escrow API: so far its webhooks.

use serde::Serialize;
use serde_json::value::RawValue;
use service::{Addressee, Error, Told, WebhookEvent, WebhookMessage, hmac_sha256_hex};

use super::format_time;

#[derive(Serialize)]
struct Body<'a> {
    event_id: &'a str,
    r#type: &'a str,
    created_at: String,
    agent_id: Option<&'a str>,
    payload: &'a RawValue,
}

/// `{event_id, type, created_at, agent_id, payload}`, signed with the time of the attempt. Its clients check one
/// signature only, so that it is the newest secret's.
pub(super) fn webhook(
    event: &WebhookEvent,
    data: &RawValue,
    to: &Addressee<'_>,
) -> Result<WebhookMessage, Error> {
    let agent_id = match &event.told {
        Told::Payment(payment) => Some(payment.agent_id.as_str()),
        Told::Agent(agent) => Some(agent.id.as_str()),
        Told::Certificate(told) => Some(told.certificate.agent_id.as_str()),
        Told::ApiKey(_) | Told::Other(_) => None,
    };
    let body = Body {
        event_id: event.id.as_str(),
        r#type: &event.kind,
        created_at: format_time(event.at_ms),
        agent_id,
        payload: data,
    };
    let body = serde_json::to_string(&body).map_err(Error::internal)?;
    let header = signature(to.secrets.current(), to.timestamp_s, &body);
    Ok(WebhookMessage { body, headers: vec![("paegents-signature", header)] })
}

fn signature(secret: &str, timestamp_s: i64, body: &str) -> String {
    let prefix = format!("{timestamp_s}.");
    let mac = hmac_sha256_hex(secret.as_bytes(), &[prefix.as_bytes(), body.as_bytes()]);
    format!("t={timestamp_s}, v1={mac}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_contracts_vector_comes_out() {
        assert_eq!(
            super::signature("whsec_test", 1_900_000_000, r#"{"a":1}"#),
            "t=1900000000, v1=82913c2204faed20fdf6251468b6b534b0724137eda8ef35775743a990a47b11"
        );
    }
}
