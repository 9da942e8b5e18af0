//! What is told of an event, before a dialect puts it into its words.

use model::{Agent, ApiKey, Certificate, EventId, Payment};
use serde::Deserialize;
use serde_json::Value;

use super::WebhookSecrets;
use crate::Error;

/// An event as an endpoint hears of it.
#[derive(Debug, Clone)]
pub struct WebhookEvent {
    /// The same on every attempt.
    pub id: EventId,
    /// Its type.
    pub kind: String,
    /// The id of what it is about.
    pub subject: String,
    /// When it happened (Unix milliseconds).
    pub at_ms: i64,
    /// What it is about, as it was then.
    pub told: Told,
}

/// What an event is about.
#[derive(Debug, Clone)]
pub enum Told {
    /// `payment.*`
    Payment(Box<Payment>),
    /// `agent.*`
    Agent(Box<Agent>),
    /// `certificate.*`
    Certificate(Box<ToldCertificate>),
    /// `api_key.*`
    ApiKey(Box<ApiKey>),
    /// Everything else, as it is.
    Other(Value),
}

/// A certificate, and what makes it worth telling of.
#[derive(Debug, Clone, Deserialize)]
pub struct ToldCertificate {
    /// The certificate.
    #[serde(flatten)]
    pub certificate: Certificate,
    /// Days until it ends, where that is near.
    pub days_left: Option<i64>,
    /// The score that suspended it.
    pub score_now: Option<u8>,
}

impl Told {
    /// Reads what the outbox keeps.
    pub(super) fn read(kind: &str, payload: &str) -> Result<Self, Error> {
        fn json<'a, T: Deserialize<'a>>(payload: &'a str) -> Result<T, Error> {
            serde_json::from_str(payload).map_err(Error::internal)
        }
        Ok(match model::event_group(kind) {
            "payment" => Self::Payment(json(payload)?),
            "agent" => Self::Agent(json(payload)?),
            "certificate" => Self::Certificate(json(payload)?),
            "api_key" => Self::ApiKey(json(payload)?),
            _ => Self::Other(json(payload)?),
        })
    }
}

/// A message as a dialect words it.
#[derive(Debug, Clone)]
pub struct WebhookMessage {
    /// The body: JSON.
    pub body: String,
    /// Headers besides those of Standard Webhooks.
    pub headers: Vec<(&'static str, String)>,
}

/// Who a message is for.
pub struct Addressee<'a> {
    /// The API that the endpoint speaks.
    pub dialect: model::Dialect,
    /// What it is signed with.
    pub secrets: &'a WebhookSecrets,
    /// When this attempt is made (Unix seconds).
    pub timestamp_s: i64,
    /// Where the instance is reached.
    pub public_url: &'a str,
}

/// Words a message in the dialect of whom it is for.
pub type Render = fn(&WebhookEvent, &Addressee<'_>) -> Result<WebhookMessage, Error>;
