use model::{ApiKey, Permission};
use serde::Serialize;
use serde_json::value::RawValue;
use service::WebhookEvent;
use utoipa::ToSchema;

use super::super::schema;
use super::{Certified, PaymentStats, badge_url};
use crate::api::format_time;

#[derive(Serialize)]
pub struct WebhookBody<'a> {
    r#type: &'a str,
    timestamp: String,
    data: &'a RawValue,
}

impl<'a> WebhookBody<'a> {
    pub fn new(event: &'a WebhookEvent, data: &'a RawValue) -> Self {
        Self { r#type: &event.kind, timestamp: format_time(event.at_ms), data }
    }
}

/// An agent as events tell of it. Its certificate has events of its own.
#[derive(Serialize, ToSchema)]
pub struct ToldAgent {
    #[schema(example = "agt_01kcmwpe4r0000000000000000")]
    id: String,
    #[schema(example = "my-finance-bot-4f9a21c7")]
    external_id: String,
    #[schema(example = "gopi_lch_4f9a21c7")]
    gopi_id: String,
    #[schema(example = "My Finance Bot")]
    name: String,
    #[schema(example = "Pays supplier invoices before they are due.")]
    description: String,
    #[schema(schema_with = schema::framework)]
    framework: &'static str,
    #[schema(schema_with = schema::visibility)]
    visibility: &'static str,
    #[schema(schema_with = schema::agent_status)]
    status: &'static str,
    #[schema(schema_with = schema::time)]
    created_at: String,
    payment_stats: PaymentStats,
    #[schema(example = "https://trust.example.com/v1/public/gopi_lch_4f9a21c7/badge.svg")]
    badge_url: String,
}

impl ToldAgent {
    pub fn new(agent: &model::Agent, public_url: &str) -> Self {
        Self {
            id: agent.id.to_string(),
            external_id: agent.external_id.clone(),
            gopi_id: agent.gopi_id.clone(),
            name: agent.name.clone(),
            description: agent.description.clone(),
            framework: agent.framework.as_str(),
            visibility: agent.visibility.as_str(),
            status: agent.status.as_str(),
            created_at: format_time(agent.created_at_ms),
            payment_stats: agent.stats.into(),
            badge_url: badge_url(public_url, &agent.gopi_id),
        }
    }
}

/// A certificate as events tell of it.
#[derive(Serialize, ToSchema)]
pub struct ToldCertificate {
    #[serde(flatten)]
    certified: Certified,
    #[schema(example = "agt_01kcmwpe4r0000000000000000")]
    agent_id: String,
    #[schema(example = "valid")]
    state: &'static str,
    /// Days until it ends, where that is near.
    #[serde(skip_serializing_if = "Option::is_none")]
    days_left: Option<i64>,
    /// The score that suspended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    score_now: Option<u8>,
    /// Why it was revoked, in its owner's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_reason: Option<String>,
}

impl ToldCertificate {
    pub fn new(told: &service::ToldCertificate, now_ms: i64) -> Self {
        let certificate = &told.certificate;
        Self {
            agent_id: certificate.agent_id.to_string(),
            state: certificate.state(now_ms).as_str(),
            days_left: told.days_left,
            score_now: told.score_now,
            revoked_reason: certificate.revoked_reason.clone(),
            certified: certificate.clone().into(),
        }
    }
}

/// An API key as events tell of it: never its secret.
#[derive(Serialize, ToSchema)]
pub struct ToldKey {
    #[schema(example = "key_01kcmwpe4r0000000000000000")]
    key_id: String,
    #[schema(example = "Finance bot")]
    name: String,
    /// The first characters of the key.
    #[schema(example = "gopi_sk_4fQ9")]
    hint: String,
    #[schema(value_type = Vec<String>, example = json!(["read", "write"]))]
    permissions: Vec<&'static str>,
    /// The one agent that it can act for.
    agent_id: Option<String>,
    #[schema(example = "2026-10-14T12:00:00.000Z")]
    created_at: String,
    expires_at: Option<String>,
    revoked_at: Option<String>,
}

impl From<&ApiKey> for ToldKey {
    fn from(key: &ApiKey) -> Self {
        Self {
            key_id: key.id.to_string(),
            name: key.name.clone(),
            hint: key.hint.clone(),
            permissions: key.permissions.iter().map(Permission::as_str).collect(),
            agent_id: key.agent_id.as_ref().map(ToString::to_string),
            created_at: format_time(key.created_at_ms),
            expires_at: key.expires_at_ms.map(format_time),
            revoked_at: key.revoked_at_ms.map(format_time),
        }
    }
}

/// An uploaded file of payments as events tell of it: they have no events of their own.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what the service tells")]
pub struct ToldImport {
    #[schema(example = "imp_01kcmwpe4r0000000000000000")]
    import_id: String,
    #[schema(example = "agt_01kcmwpe4r0000000000000000")]
    agent_id: String,
    /// SHA-256 of the file.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    file_hash: String,
    #[schema(example = 120)]
    imported: i64,
    /// Rows that were there already.
    #[schema(example = 3)]
    skipped: i64,
    /// Rows that count toward the score.
    #[schema(example = 118)]
    counted: i64,
}

/// An endpoint that was switched off.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what the service tells")]
pub struct ToldEndpoint {
    #[schema(example = "whk_01kcmwpe4r0000000000000000")]
    webhook_id: String,
    #[schema(example = "https://example.com/webhooks")]
    url: String,
    #[schema(example = "Books")]
    description: String,
    /// `gone`: it answered 410. `failing`: it failed for five days.
    #[schema(example = "failing")]
    reason: String,
}
