//! The payment gateway's API: so far its webhooks.

mod endpoints;
mod error;
mod wire;

pub(super) use endpoints::router;

use serde_json::value::RawValue;
use service::{Addressee, Error, Told, WebhookEvent, WebhookMessage, hmac_sha256_hex};

use wire::{Charge, WebhookBody};

/// `{event, timestamp, data, signature}`: the member signs what stands before it, the header the body as a whole.
pub(super) fn webhook(
    event: &WebhookEvent,
    data: impl FnOnce() -> Result<Box<RawValue>, Error>,
    to: &Addressee<'_>,
) -> Result<WebhookMessage, Error> {
    let data = match &event.told {
        Told::Payment(payment) => {
            serde_json::value::to_raw_value(&Charge::from(&**payment)).map_err(Error::internal)?
        }
        _ => data()?,
    };
    let body = WebhookBody::new(event, &data);
    let body = ascii(&serde_json::to_string(&body).map_err(Error::internal)?);
    let secret = to.secrets.current();
    let body = with_signature(&body, secret);
    let header = sign(secret, &body);
    Ok(WebhookMessage { body, headers: vec![("x-agentpay-signature", header)] })
}

/// The key is the secret as it is shown, prefix and all.
fn sign(secret: &str, body: &str) -> String {
    hmac_sha256_hex(secret.as_bytes(), &[body.as_bytes()])
}

/// Adds the member `signature` at the end of an object.
fn with_signature(body: &str, secret: &str) -> String {
    let inner = sign(secret, body);
    format!("{},\"signature\":\"{inner}\"}}", body.strip_suffix('}').unwrap_or(body))
}

/// JSON with every other character escaped.
fn ascii(json: &str) -> String {
    let mut ascii = String::with_capacity(json.len());
    for char in json.chars() {
        if char.is_ascii() {
            ascii.push(char);
        } else {
            for unit in char.encode_utf16(&mut [0; 2]) {
                ascii.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    ascii
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contracts_vector_comes_out() {
        assert_eq!(
            sign("whsec_test_secret", r#"{"event":"payment.received"}"#),
            "4fb8f38f94588464ab03766b39a76df26cfe643edc26ce12ebe713b3a5029853"
        );
    }

    #[test]
    fn the_member_is_the_last_80_bytes_and_signs_what_remains() {
        let signed = with_signature(r#"{"event":"webhook.test"}"#, "s3cret");
        let (rest, member) = signed.split_at(signed.len() - 80);
        let original = format!("{rest}}}");
        assert_eq!(original, r#"{"event":"webhook.test"}"#);
        assert_eq!(member, format!(",\"signature\":\"{}\"}}", sign("s3cret", &original)));
    }

    #[test]
    fn other_characters_are_escaped_as_json_does() {
        let json = serde_json::to_string("é 🤖 \u{1}").unwrap();
        let escaped = ascii(&json);
        assert_eq!(escaped, r#""\u00e9 \ud83e\udd16 \u0001""#);
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), "é 🤖 \u{1}");
    }
}
