//! The dialect's wire types, spelled as its contract spells them.

use model::score::BreakdownLine;
use model::{
    Amount, AmountError, ApiKey, Certificate, CertificateState, Currency, Direction, Framework,
    Payment, PaymentSource, PaymentStatus, Permissions, Rail, Visibility,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use service::{AgentDetail, AgentPatch, Me, NewAgent, NewPayment, PublicProfile, Recorded};

use utoipa::ToSchema;

use super::ApiError;
use crate::api::{format_time, parse, parse_time};

#[derive(Deserialize, ToSchema)]
pub struct Register {
    #[schema(value_type = String, required = true)]
    pub email: Option<String>,
    #[schema(value_type = String, required = true)]
    pub password: Option<String>,
    pub name: Option<String>,
    pub operator_token: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Registered {
    pub user_id: String,
    pub email: String,
    pub plan: &'static str,
    pub api_key: Option<String>,
    pub token: String,
    pub verification_required: bool,
}

#[derive(Deserialize, ToSchema)]
pub struct Login {
    #[schema(value_type = String, required = true)]
    pub email: Option<String>,
    #[schema(value_type = String, required = true)]
    pub password: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct LoggedIn {
    pub token: String,
    pub token_type: &'static str,
    pub expires_in: i64,
}

#[derive(Serialize, ToSchema)]
pub struct Account {
    pub user_id: String,
    pub email: String,
    pub name: String,
    pub plan: &'static str,
    pub api_key: Option<String>,
    pub api_keys: Vec<Key>,
    pub created_at: String,
}

#[derive(Serialize, ToSchema)]
pub struct Key {
    pub id: String,
    pub name: String,
    pub api_key: String,
    #[schema(value_type = Vec<String>)]
    pub permissions: Permissions,
    pub created_at: String,
    pub expires_at: Option<String>,
    pub last_used_at: Option<String>,
    pub revoked_at: Option<String>,
}

/// A key as it can be shown: its first characters.
fn masked(key: &ApiKey) -> String {
    format!("{}…", key.hint)
}

impl From<&ApiKey> for Key {
    fn from(key: &ApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name.clone(),
            api_key: masked(key),
            permissions: key.permissions,
            created_at: format_time(key.created_at_ms),
            expires_at: key.expires_at_ms.map(format_time),
            last_used_at: key.last_used_at_ms.map(format_time),
            revoked_at: key.revoked_at_ms.map(format_time),
        }
    }
}

impl From<Me> for Account {
    fn from(me: Me) -> Self {
        // The one made at registration is the oldest that still works.
        let active = me.keys.iter().rev().find(|k| k.revoked_at_ms.is_none());
        Self {
            api_key: active.map(masked),
            user_id: me.user.id.to_string(),
            email: me.user.email,
            name: me.user.name,
            plan: me.workspace.plan.as_str(),
            api_keys: me.keys.iter().map(Into::into).collect(),
            created_at: format_time(me.user.created_at_ms),
        }
    }
}

#[derive(Deserialize, ToSchema)]
pub struct CreateAgent {
    #[schema(value_type = String, required = true)]
    pub name: Option<String>,
    pub description: Option<String>,
    pub framework: Option<String>,
    pub visibility: Option<String>,
}

fn required(field: &'static str, text: Option<String>) -> Result<String, ApiError> {
    text.ok_or_else(|| ApiError::invalid(field, "is required"))
}

fn one_of<T: std::str::FromStr<Err = model::UnknownText>>(
    field: &'static str,
    text: Option<String>,
) -> Result<Option<T>, ApiError> {
    text.map(|t| {
        t.parse().map_err(|e: model::UnknownText| ApiError::invalid(field, &e.to_string()))
    })
    .transpose()
}

impl TryFrom<CreateAgent> for NewAgent {
    type Error = ApiError;

    fn try_from(agent: CreateAgent) -> Result<Self, ApiError> {
        Ok(Self {
            name: required("name", agent.name)?,
            description: agent.description.unwrap_or_default(),
            framework: one_of("framework", agent.framework)?.unwrap_or(Framework::Custom),
            visibility: one_of("visibility", agent.visibility)?.unwrap_or(Visibility::Public),
        })
    }
}

#[derive(Deserialize, ToSchema)]
pub struct CreateAgents {
    pub agents: Option<Vec<CreateAgent>>,
}

impl TryFrom<CreateAgents> for Vec<NewAgent> {
    type Error = ApiError;

    fn try_from(body: CreateAgents) -> Result<Self, ApiError> {
        let agents = body.agents.ok_or_else(|| ApiError::invalid("agents", "is required"))?;
        // Too many are refused as a whole, before any of them is looked at.
        let agents = agents.into_iter().take(service::MAX_BULK + 1).enumerate();
        agents
            .map(|(at, agent)| NewAgent::try_from(agent).map_err(|e| e.in_entry("agents", at)))
            .collect()
    }
}

#[derive(Deserialize, ToSchema)]
pub struct UpdateAgent {
    pub name: Option<String>,
    pub description: Option<String>,
    pub framework: Option<String>,
    pub visibility: Option<String>,
}

impl TryFrom<UpdateAgent> for AgentPatch {
    type Error = ApiError;

    fn try_from(agent: UpdateAgent) -> Result<Self, ApiError> {
        Ok(Self {
            name: agent.name,
            description: agent.description,
            framework: one_of("framework", agent.framework)?,
            visibility: one_of("visibility", agent.visibility)?,
            version: None,
        })
    }
}

#[derive(Serialize, ToSchema)]
pub struct Agent {
    pub id: String,
    pub external_id: String,
    pub gopi_id: String,
    pub name: String,
    pub description: String,
    pub framework: &'static str,
    pub visibility: &'static str,
    pub status: &'static str,
    pub created_at: String,
    pub payment_stats: PaymentStats,
    pub certificate: Option<AgentCertificate>,
    pub badge_url: String,
}

#[derive(Serialize, ToSchema)]
pub struct PaymentStats {
    pub total: i64,
    pub autonomous: i64,
    pub on_time: i64,
}

impl From<model::PaymentStats> for PaymentStats {
    fn from(stats: model::PaymentStats) -> Self {
        Self { total: stats.total, autonomous: stats.autonomous, on_time: stats.on_time }
    }
}

#[derive(Serialize, ToSchema)]
pub struct AgentCertificate {
    pub certificate_id: String,
    pub state: &'static str,
    pub score: u8,
    pub grade: &'static str,
    pub confidence: &'static str,
    pub issued_at: String,
    pub valid_until: String,
}

#[derive(Serialize, ToSchema)]
pub struct Agents {
    pub agents: Vec<Agent>,
}

#[derive(Serialize, ToSchema)]
pub struct AgentPage {
    pub agents: Vec<Agent>,
    pub next_cursor: Option<String>,
}

pub fn badge_url(public_url: &str, gopi_id: &str) -> String {
    format!("{public_url}/v1/public/{gopi_id}/badge.svg")
}

impl Agent {
    pub fn new(detail: AgentDetail, public_url: &str, now_ms: i64) -> Self {
        let AgentDetail { agent, certificate } = detail;
        Self {
            badge_url: badge_url(public_url, &agent.gopi_id),
            id: agent.id.to_string(),
            external_id: agent.external_id,
            gopi_id: agent.gopi_id,
            name: agent.name,
            description: agent.description,
            framework: agent.framework.as_str(),
            visibility: agent.visibility.as_str(),
            status: agent.status.as_str(),
            created_at: format_time(agent.created_at_ms),
            payment_stats: agent.stats.into(),
            certificate: certificate.map(|c| AgentCertificate {
                state: c.state(now_ms).as_str(),
                certificate_id: c.id.to_string(),
                score: c.score,
                grade: c.grade.as_str(),
                confidence: c.confidence.as_str(),
                issued_at: format_time(c.issued_at_ms),
                valid_until: format_time(c.valid_until_ms),
            }),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct Certified {
    pub certificate_id: String,
    pub gopi_id: String,
    pub score: u8,
    pub grade: &'static str,
    pub confidence: &'static str,
    pub issued_at: String,
    pub valid_until: String,
    pub self_issued: bool,
    #[schema(value_type = Vec<Object>)]
    pub factors: Vec<BreakdownLine>,
    pub credential: String,
}

impl From<Certificate> for Certified {
    fn from(c: Certificate) -> Self {
        Self {
            certificate_id: c.id.to_string(),
            gopi_id: c.gopi_id,
            score: c.score,
            grade: c.grade.as_str(),
            confidence: c.confidence.as_str(),
            issued_at: format_time(c.issued_at_ms),
            valid_until: format_time(c.valid_until_ms),
            self_issued: c.self_issued,
            factors: c.breakdown,
            credential: c.credential,
        }
    }
}

#[derive(Deserialize, ToSchema)]
pub struct CreatePaymentEvent {
    #[schema(value_type = String, required = true)]
    pub agent_id: Option<String>,
    /// How much: a number, or a decimal string of at most 6 decimals. Kept exactly.
    #[schema(value_type = f64, required = true)]
    pub amount: Option<Box<RawValue>>,
    pub currency: Option<String>,
    pub status: Option<String>,
    pub payment_source: Option<String>,
    pub is_autonomous: Option<bool>,
    pub date: Option<String>,
    pub due_at: Option<String>,
    pub reference: Option<String>,
    pub direction: Option<String>,
    pub counterparty: Option<String>,
}

/// Reads a JSON number or a decimal string.
fn micros(amount: Option<&RawValue>) -> Result<i64, ApiError> {
    let text = amount.map_or("null", RawValue::get);
    let read = match text.as_bytes().first() {
        Some(b'"') => serde_json::from_str::<String>(text)
            .map_err(|_| AmountError::NotANumber)
            .and_then(|text| Amount::micros_from_decimal(&text)),
        Some(b'-' | b'0'..=b'9') => Amount::micros_from_number(text),
        _ if text == "null" => return Err(ApiError::invalid("amount", "is required")),
        _ => Err(AmountError::NotANumber),
    };
    read.map_err(|e| ApiError::invalid("amount", &e.to_string()))
}

fn time(field: &'static str, text: Option<String>) -> Result<Option<i64>, ApiError> {
    text.map(|t| {
        parse_time(&t).ok_or_else(|| {
            ApiError::invalid(field, "must be an ISO 8601 time such as 2026-10-14T11:52:00Z")
        })
    })
    .transpose()
}

impl TryFrom<CreatePaymentEvent> for NewPayment {
    type Error = ApiError;

    fn try_from(event: CreatePaymentEvent) -> Result<Self, ApiError> {
        let currency = match event.currency {
            None => Currency::EUR,
            Some(code) => code.parse().map_err(|e: model::UnknownCurrency| {
                ApiError::invalid("currency", &e.to_string())
            })?,
        };
        Ok(Self {
            agent: required("agent_id", event.agent_id)?,
            amount: Amount { micros: micros(event.amount.as_deref())?, currency },
            rail: Rail::Tracked,
            status: one_of("status", event.status)?.unwrap_or(PaymentStatus::Paid),
            source: one_of("payment_source", event.payment_source)?
                .unwrap_or(PaymentSource::AgentWallet),
            autonomous: event.is_autonomous.unwrap_or(true),
            direction: one_of("direction", event.direction)?.unwrap_or(Direction::Sent),
            happened_at_ms: time("date", event.date)?,
            due_at_ms: time("due_at", event.due_at)?,
            reference: event.reference,
            counterparty: event.counterparty,
        })
    }
}

#[derive(Serialize, ToSchema)]
pub struct PaymentEvent {
    pub event_id: String,
    pub agent_id: String,
    pub status: &'static str,
    /// A JSON number with all its decimals.
    #[schema(value_type = f64)]
    pub amount: Box<RawValue>,
    pub currency: &'static str,
    pub payment_source: &'static str,
    pub is_autonomous: bool,
    pub counts_toward_score: bool,
    pub direction: &'static str,
    pub reference: Option<String>,
    pub date: String,
    pub due_at: Option<String>,
    pub created_at: String,
}

impl TryFrom<Recorded> for PaymentEvent {
    type Error = ApiError;

    fn try_from(recorded: Recorded) -> Result<Self, ApiError> {
        let payment: Payment = recorded.payment;
        let amount = RawValue::from_string(payment.amount.to_decimal_string());
        Ok(Self {
            amount: amount.map_err(service::Error::internal)?,
            counts_toward_score: payment.counts_toward_score(),
            event_id: payment.id.to_string(),
            agent_id: payment.agent_external_id,
            status: payment.status.as_str(),
            currency: payment.amount.currency.as_str(),
            payment_source: payment.source.as_str(),
            is_autonomous: payment.autonomous,
            direction: payment.direction.as_str(),
            reference: payment.reference,
            date: format_time(payment.happened_at_ms),
            due_at: payment.due_at_ms.map(format_time),
            created_at: format_time(payment.recorded_at_ms),
        })
    }
}

/// A batch of events. Each is read on its own, so that every wrong one can be reported.
#[derive(Deserialize, ToSchema)]
pub struct CreatePaymentEvents {
    #[schema(value_type = Vec<CreatePaymentEvent>, required = true)]
    pub events: Option<Vec<Box<RawValue>>>,
}

impl CreatePaymentEvents {
    pub fn read(self) -> Vec<Result<NewPayment, ApiError>> {
        let events = self.events.unwrap_or_default();
        let read =
            |event: Box<RawValue>| parse::<CreatePaymentEvent>(event.get().as_bytes())?.try_into();
        events.into_iter().map(read).collect()
    }
}

#[derive(Serialize, ToSchema)]
pub struct PaymentEvents {
    pub events: Vec<PaymentEvent>,
}

impl TryFrom<Vec<Recorded>> for PaymentEvents {
    type Error = ApiError;

    fn try_from(recorded: Vec<Recorded>) -> Result<Self, ApiError> {
        let events: Result<_, _> = recorded.into_iter().map(TryInto::try_into).collect();
        Ok(Self { events: events? })
    }
}

/// An error as the API answers it.
#[derive(Serialize, ToSchema)]
pub struct Problem<'a> {
    /// The title of the status.
    pub error: &'a str,
    /// What is wrong, in one English sentence.
    pub message: &'a str,
    /// The kind of error, for programs.
    pub code: &'a str,
    /// The field that is wrong, if it is one.
    pub field: Option<&'a str>,
    /// What is wrong with single entries of a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub errors: Option<&'a serde_json::Value>,
    /// Names the request, as in the server's log.
    pub request_id: &'a str,
}

/// What is wrong with one event of a batch.
#[derive(Serialize, ToSchema)]
pub struct EventError {
    pub index: usize,
    pub field: Option<String>,
    pub message: String,
}

#[derive(Deserialize, ToSchema)]
pub struct AmendPaymentEvent {
    #[schema(value_type = String, required = true)]
    pub status: Option<String>,
    pub resolution: Option<String>,
}

impl AmendPaymentEvent {
    pub fn read(self) -> Result<(PaymentStatus, Option<String>), ApiError> {
        let status = one_of("status", Some(required("status", self.status)?))?;
        let status = status.ok_or_else(|| ApiError::invalid("status", "is required"))?;
        Ok((status, self.resolution))
    }
}

#[derive(Serialize, ToSchema)]
pub struct Profile {
    pub gopi_id: String,
    pub name: String,
    pub certificate: Option<ProfileCertificate>,
    pub payment_stats: PaymentStats,
    pub badge_url: String,
}

#[derive(Serialize, ToSchema)]
pub struct ProfileCertificate {
    pub score: u8,
    pub grade: &'static str,
    pub confidence: &'static str,
    pub valid_until: String,
}

impl Profile {
    pub fn new(profile: &PublicProfile, public_url: &str, now_ms: i64) -> Self {
        let valid =
            profile.certificate.as_ref().filter(|c| c.state(now_ms) == CertificateState::Valid);
        Self {
            gopi_id: profile.agent.gopi_id.clone(),
            name: profile.agent.name.clone(),
            certificate: valid.map(|c| ProfileCertificate {
                score: c.score,
                grade: c.grade.as_str(),
                confidence: c.confidence.as_str(),
                valid_until: format_time(c.valid_until_ms),
            }),
            payment_stats: profile.agent.stats.into(),
            badge_url: badge_url(public_url, &profile.agent.gopi_id),
        }
    }
}
