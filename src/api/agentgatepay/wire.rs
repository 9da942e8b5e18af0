//! The dialect's wire types, spelled as its contract spells them.

use model::{Amount, Direction, EndpointId, Payment, WebhookEndpoint};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use service::{IssuedEndpoint, TestReport, WebhookEvent};

/// A time to the second.
pub fn time(at_ms: i64) -> String {
    super::super::format_time(at_ms - at_ms.rem_euclid(1_000)).replace(".000Z", "Z")
}

#[derive(Serialize)]
pub struct WebhookBody<'a> {
    event: &'a str,
    timestamp: String,
    data: &'a RawValue,
}

impl<'a> WebhookBody<'a> {
    pub fn new(event: &'a WebhookEvent, data: &'a RawValue) -> Self {
        Self { event: &event.kind, timestamp: time(event.at_ms), data }
    }
}

/// A payment as a charge. What only a payment on a chain has is null for the others.
#[derive(Serialize)]
pub struct Charge<'a> {
    charge_id: &'a str,
    tx_hash: Option<&'a str>,
    amount_usd: String,
    receiver_address: Option<&'a str>,
    payer_address: Option<&'a str>,
    chain: Option<&'a str>,
    token: &'a str,
    paid_at: String,
    block_number: Option<i64>,
    confirmations: i64,
}

impl<'a> From<&'a Payment> for Charge<'a> {
    fn from(payment: &'a Payment) -> Self {
        let other = payment.counterparty.as_deref();
        let (receiver, payer) = match payment.direction {
            Direction::Sent => (other, None),
            Direction::Received => (None, other),
        };
        Self {
            charge_id: payment.id.as_str(),
            tx_hash: None,
            amount_usd: amount(payment.amount),
            receiver_address: receiver,
            payer_address: payer,
            chain: None,
            token: payment.amount.currency.as_str(),
            paid_at: time(payment.happened_at_ms),
            block_number: None,
            confirmations: 0,
        }
    }
}

/// Our endpoint's id in the dialect's dress: `wh_...`.
fn webhook_id(id: &EndpointId) -> String {
    let body = id.as_str().strip_prefix(EndpointId::PREFIX).unwrap_or_default();
    format!("wh_{body}")
}

/// And back. What is no such id names nothing.
pub fn endpoint_id(webhook_id: &str) -> String {
    let body = webhook_id.strip_prefix("wh_").unwrap_or_default();
    format!("{}{body}", EndpointId::PREFIX)
}

#[derive(Deserialize)]
pub struct Configure {
    pub webhook_url: Option<String>,
    pub url: Option<String>,
    pub events: Option<Vec<String>>,
    pub merchant_wallet: Option<String>,
    pub secret: Option<String>,
}

#[derive(Serialize)]
pub struct Configured {
    webhook_id: String,
    merchant_wallet: Option<String>,
    webhook_url: String,
    webhook_secret: Option<String>,
    events: Vec<String>,
    status: &'static str,
    created_at: String,
}

impl From<IssuedEndpoint> for Configured {
    fn from(IssuedEndpoint { endpoint, secret }: IssuedEndpoint) -> Self {
        Self {
            webhook_id: webhook_id(&endpoint.id),
            status: status(&endpoint),
            events: endpoint.events.words().to_vec(),
            merchant_wallet: None,
            webhook_url: endpoint.url,
            webhook_secret: secret,
            created_at: time(endpoint.created_at_ms),
        }
    }
}

/// With two decimals at least, and without its currency.
fn amount(amount: Amount) -> String {
    let text = amount.to_string();
    text.split(' ').next().unwrap_or_default().to_owned()
}

fn status(endpoint: &WebhookEndpoint) -> &'static str {
    if endpoint.enabled() { "active" } else { "inactive" }
}

#[derive(Serialize)]
pub struct Endpoint {
    webhook_id: String,
    merchant_wallet: Option<String>,
    webhook_url: String,
    events: Vec<String>,
    status: &'static str,
    delivery_count: i64,
    failure_count: i64,
    last_triggered: Option<String>,
    created_at: String,
}

impl From<WebhookEndpoint> for Endpoint {
    fn from(endpoint: WebhookEndpoint) -> Self {
        Self {
            webhook_id: webhook_id(&endpoint.id),
            status: status(&endpoint),
            events: endpoint.events.words().to_vec(),
            merchant_wallet: None,
            webhook_url: endpoint.url,
            delivery_count: endpoint.attempts,
            failure_count: endpoint.failures,
            last_triggered: endpoint.last_attempt_at_ms.map(time),
            created_at: time(endpoint.created_at_ms),
        }
    }
}

#[derive(Serialize)]
pub struct Endpoints {
    pub webhooks: Vec<Endpoint>,
    pub count: usize,
}

#[derive(Deserialize)]
pub struct Test {
    pub webhook_id: Option<String>,
    #[serde(rename = "webhookId")]
    pub camel_case_id: Option<String>,
}

#[derive(Serialize)]
pub struct Tested {
    success: bool,
    webhook_id: String,
    test_delivery: TestDelivery,
    message: &'static str,
}

#[derive(Serialize)]
struct TestDelivery {
    status_code: Option<u16>,
    response_time_ms: i64,
    delivered_at: String,
}

impl Tested {
    pub fn new(webhook_id: String, report: &TestReport) -> Self {
        let attempt = &report.attempt;
        let success = attempt.failure.is_none();
        Self {
            success,
            webhook_id,
            test_delivery: TestDelivery {
                status_code: attempt.status,
                response_time_ms: attempt.took_ms,
                delivered_at: time(attempt.started_at_ms),
            },
            message: if success {
                "Test webhook delivered successfully"
            } else {
                "Test webhook was not delivered"
            },
        }
    }
}

#[derive(Serialize)]
pub struct Deleted {
    success: bool,
    webhook_id: String,
    deleted_at: String,
    message: &'static str,
}

impl Deleted {
    pub fn new(webhook_id: String, at_ms: i64) -> Self {
        Self {
            success: true,
            webhook_id,
            deleted_at: time(at_ms),
            message: "Webhook deleted successfully",
        }
    }
}
