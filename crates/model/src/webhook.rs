use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text_enum::text_enum;
use crate::{EndpointId, EventId};

text_enum! {
    /// Which published API an endpoint is told in: it decides the form of the body and one more signature header.
    Dialect {
        /// `{type, timestamp, data}`, signed as Standard Webhooks say and nothing else.
        Standard => "standard",
        /// The payment gateway's: `x-agentpay-signature`, and a signature in the body.
        AgentGatePay => "agentgatepay",
        /// The work orders': `X-AgentGate-Signature`.
        AgentGate => "agentgate",
        /// The escrow API's: `Paegents-Signature`.
        Paegents => "paegents",
    }
}

text_enum! {
    /// How far an event got on its way to one endpoint.
    DeliveryState {
        /// It was not sent yet, or will be sent again.
        Pending => "pending",
        /// The endpoint took it.
        Delivered => "delivered",
        /// It was given up.
        Failed => "failed",
    }
}

text_enum! {
    /// Why an endpoint is told nothing.
    DisabledReason {
        /// Its owner switched it off.
        Owner => "owner",
        /// It answered 410.
        Gone => "gone",
        /// It failed for five days.
        Failing => "failing",
        /// Its secret can no longer be read.
        Unusable => "unusable",
    }
}

text_enum! {
    /// Why an attempt failed where no answer says so.
    AttemptFailure {
        /// The answer was none of 2xx.
        Status => "status",
        /// The answer did not come, or not to its end, in time.
        Timeout => "timeout",
        /// The name has no address.
        Unresolved => "unresolved",
        /// The address is not a public one.
        Blocked => "blocked",
        /// The operator lets webhooks go to other hosts only.
        NotListed => "not_listed",
        /// Nobody takes the connection.
        Refused => "refused",
        /// The certificate or the handshake is no good.
        Tls => "tls",
        /// The connection ended before the answer did, or what came is not HTTP.
        Broken => "broken",
    }
}

/// Every type of event that an endpoint can listen to, in the order of the catalogue.
pub const EVENT_TYPES: &[&str] = &[
    "payment.recorded",
    "payment.received",
    "payment.confirmed",
    "payment.completed",
    "payment.failed",
    "payment.disputed",
    "payments.imported",
    "certificate.issued",
    "certificate.renewed",
    "certificate.expiring",
    "certificate.expired",
    "certificate.suspended",
    "certificate.revoked",
    "agent.created",
    "agent.updated",
    "agent.archived",
    "agent.unarchived",
    "agent.deleted",
    "api_key.created",
    "api_key.rotated",
    "api_key.revoked",
    "webhook.disabled",
];

/// The type of what `Test` sends.
pub const TEST_EVENT: &str = "webhook.test";

/// Every type that the log of an endpoint can hold.
pub fn logged_kinds() -> impl Iterator<Item = &'static str> {
    EVENT_TYPES.iter().copied().chain([TEST_EVENT])
}

/// The group of an event type: what stands before its dot.
pub fn event_group(kind: &str) -> &str {
    kind.split('.').next().unwrap_or(kind)
}

/// A word that is neither an event type, nor a group with `.*`, nor `*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownEvent(
    /// The word.
    pub String,
);

impl fmt::Display for UnknownEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "must list event types such as payment.recorded, payment.* or *; {:?} is none",
            self.0
        )
    }
}

/// The events that an endpoint listens to: types (`payment.recorded`), groups (`payment.*`), or all (`*`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Subscription(Vec<String>);

impl Subscription {
    /// Reads a list of words; a word that nothing can match is refused. Each is kept once.
    pub fn read<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, UnknownEvent> {
        let mut kept: Vec<String> = Vec::new();
        for word in words.into_iter().map(str::trim).filter(|word| !word.is_empty()) {
            let group = word.strip_suffix(".*");
            let known = word == "*"
                || EVENT_TYPES.contains(&word)
                || group.is_some_and(|group| EVENT_TYPES.iter().any(|t| event_group(t) == group));
            if !known {
                return Err(UnknownEvent(word.to_owned()));
            }
            if !kept.iter().any(|k| k == word) {
                kept.push(word.to_owned());
            }
        }
        Ok(Self(kept))
    }

    /// The stored form: the words, joined by a space.
    pub fn to_text(&self) -> String {
        self.0.join(" ")
    }

    /// Reads the stored form.
    pub fn from_text(text: &str) -> Self {
        Self(text.split_whitespace().map(str::to_owned).collect())
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it holds everything, also what comes later.
    pub fn is_all(&self) -> bool {
        self.0.iter().any(|word| word == "*")
    }

    /// The words.
    pub fn words(&self) -> &[String] {
        &self.0
    }

    /// Whether an event of this type belongs to it.
    pub fn has(&self, kind: &str) -> bool {
        self.0.iter().any(|word| {
            word == "*"
                || word == kind
                || word.strip_suffix(".*").is_some_and(|group| event_group(kind) == group)
        })
    }
}

/// Where a workspace wants to be told of what happens, as it can be shown: without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookEndpoint {
    /// Unique within the instance.
    pub id: EndpointId,
    /// Where the events go.
    pub url: String,
    /// What its owner says of it; may be empty.
    pub description: String,
    /// The API that it speaks.
    pub dialect: Dialect,
    /// What it listens to.
    pub events: Subscription,
    /// Until when the secret before this one signs too (Unix milliseconds).
    pub previous_until_ms: Option<i64>,
    /// Since when it is told nothing, and why.
    pub disabled_at_ms: Option<i64>,
    /// Why it is told nothing.
    pub disabled_reason: Option<DisabledReason>,
    /// Since when every attempt failed; `None` if the last one did not.
    pub failing_since_ms: Option<i64>,
    /// Attempts so far, tests among them.
    pub attempts: i64,
    /// Of these, the failed ones.
    pub failures: i64,
    /// When the last one was made (Unix milliseconds).
    pub last_attempt_at_ms: Option<i64>,
    /// When it was made (Unix milliseconds).
    pub created_at_ms: i64,
}

impl WebhookEndpoint {
    /// Whether it is told of what happens.
    pub fn enabled(&self) -> bool {
        self.disabled_at_ms.is_none()
    }
}

/// An event on its way to one endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Whereto.
    pub endpoint_id: EndpointId,
    /// The event, and so the `webhook-id` of every attempt.
    pub event_id: EventId,
    /// The event's type.
    pub kind: String,
    /// The id of what the event is about.
    pub subject: String,
    /// How far it got.
    pub state: DeliveryState,
    /// Attempts so far.
    pub attempts: i64,
    /// When it is sent (again), at the earliest (Unix milliseconds); `None` once it is decided.
    pub next_at_ms: Option<i64>,
    /// When the event happened (Unix milliseconds).
    pub created_at_ms: i64,
}

/// One attempt to deliver an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// 1 for the first one.
    pub number: i64,
    /// When (Unix milliseconds).
    pub started_at_ms: i64,
    /// How long it took.
    pub took_ms: i64,
    /// The status of the answer, if one came.
    pub status: Option<u16>,
    /// Why it failed; `None`: it did not.
    pub failure: Option<AttemptFailure>,
    /// The header of the answer, a line for each field.
    pub headers: String,
    /// The first KiB of the answer.
    pub answer: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscription_takes_types_groups_and_all() {
        let some = Subscription::read(["payment.*", " agent.created ", "payment.*", ""]).unwrap();
        assert_eq!(some.to_text(), "payment.* agent.created");
        assert_eq!(Subscription::from_text(&some.to_text()), some);
        assert!(some.has("payment.failed") && some.has("agent.created"));
        assert!(!some.has("payments.imported") && !some.has("agent.updated") && !some.is_all());
        let all = Subscription::read(["*"]).unwrap();
        assert!(all.is_all() && all.has("something.new"));
        assert!(Subscription::read([]).unwrap().is_empty());
        assert!(!Subscription::default().has("payment.recorded"));
        for wrong in ["payment", "payment.", "payment.paid", "nothing.*", "**"] {
            assert_eq!(Subscription::read([wrong]), Err(UnknownEvent(wrong.to_owned())));
        }
    }
}
