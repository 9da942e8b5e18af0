use model::{
    Amount, AmountError, Currency, Direction, Payment, PaymentSource, PaymentStatus, Rail,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use service::{NewPayment, Recorded};
use utoipa::{IntoParams, ToSchema};

use super::super::{ApiError, schema};
use super::{one_of, required};
use crate::api::{format_time, parse, parse_time};

#[derive(Deserialize, ToSchema)]
pub struct CreatePaymentEvent {
    #[schema(schema_with = schema::paying_agent, required = true)]
    pub agent_id: Option<String>,
    #[schema(schema_with = schema::amount, required = true)]
    pub amount: Option<Box<RawValue>>,
    #[schema(schema_with = schema::currency)]
    pub currency: Option<String>,
    #[schema(schema_with = schema::new_status)]
    pub status: Option<String>,
    #[schema(schema_with = schema::new_source)]
    pub payment_source: Option<String>,
    /// Whether the agent acted on its own; only then it counts toward the score.
    #[schema(default = true)]
    pub is_autonomous: Option<bool>,
    #[schema(schema_with = schema::happened_at)]
    pub date: Option<String>,
    #[schema(schema_with = schema::due_at)]
    pub due_at: Option<String>,
    #[schema(schema_with = schema::reference)]
    pub reference: Option<String>,
    #[schema(schema_with = schema::new_direction)]
    pub direction: Option<String>,
    #[schema(schema_with = schema::counterparty)]
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

/// Which event a path is about.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes what `Id` reads")]
pub struct EventPath {
    /// The `event_id`.
    #[param(example = "pay_01kcmwpe4r0000000000000000")]
    id: String,
}

#[derive(Serialize, ToSchema)]
pub struct PaymentEvent {
    #[schema(example = "pay_01kcmwpe4r0000000000000000")]
    pub event_id: String,
    #[schema(example = "my-finance-bot-4f9a21c7")]
    pub agent_id: String,
    #[schema(schema_with = schema::status)]
    pub status: &'static str,
    /// A JSON number with all its decimals.
    #[schema(value_type = f64, example = 12.5)]
    pub amount: Box<RawValue>,
    #[schema(example = "EUR")]
    pub currency: &'static str,
    #[schema(schema_with = schema::source)]
    pub payment_source: &'static str,
    #[schema(example = true)]
    pub is_autonomous: bool,
    #[schema(example = true)]
    pub counts_toward_score: bool,
    #[schema(schema_with = schema::direction)]
    pub direction: &'static str,
    #[schema(example = "RE-2026-0117")]
    pub reference: Option<String>,
    #[schema(schema_with = schema::time)]
    pub date: String,
    #[schema(schema_with = schema::optional_time)]
    pub due_at: Option<String>,
    #[schema(schema_with = schema::time)]
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
    #[schema(value_type = Vec<CreatePaymentEvent>, required = true, min_items = 1, max_items = 1000)]
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

/// What is wrong with one event of a batch.
#[derive(Serialize, ToSchema)]
pub struct EventError {
    /// Its place in the batch, from 0.
    pub index: usize,
    #[schema(example = "amount")]
    pub field: Option<String>,
    #[schema(example = "amount must be greater than 0.")]
    pub message: String,
}

#[derive(Deserialize, ToSchema)]
pub struct AmendPaymentEvent {
    #[schema(schema_with = schema::amended_status, required = true)]
    pub status: Option<String>,
    #[schema(schema_with = schema::resolution)]
    pub resolution: Option<String>,
}

impl AmendPaymentEvent {
    pub fn read(self) -> Result<(PaymentStatus, Option<String>), ApiError> {
        let status = one_of("status", Some(required("status", self.status)?))?;
        let status = status.ok_or_else(|| ApiError::invalid("status", "is required"))?;
        Ok((status, self.resolution))
    }
}
