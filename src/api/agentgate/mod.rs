//! The work orders' API: so far its webhooks.

use serde::Serialize;
use serde_json::value::RawValue;
use service::{Addressee, Error, WebhookEvent, WebhookMessage, hmac_sha256_hex};

use super::format_time;

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'a str,
    id: &'a str,
    #[serde(rename = "createdAt")]
    created_at: String,
    data: &'a RawValue,
}

/// `{type, id, createdAt, data}`, signed as a whole.
pub(super) fn webhook(
    event: &WebhookEvent,
    data: &RawValue,
    to: &Addressee<'_>,
) -> Result<WebhookMessage, Error> {
    let body = Body {
        r#type: &event.kind,
        id: event.id.as_str(),
        created_at: format_time(event.at_ms),
        data,
    };
    let body = serde_json::to_string(&body).map_err(Error::internal)?;
    let mac = hmac_sha256_hex(to.secrets.current().as_bytes(), &[body.as_bytes()]);
    let headers = vec![("x-agentgate-signature", format!("sha256={mac}"))];
    Ok(WebhookMessage { body, headers })
}
