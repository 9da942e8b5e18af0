//! The dialect's wire types, spelled as its contract spells them: one file for each noun.

mod account;
mod agents;
mod auth;
mod certificates;
mod imports;
mod payment_events;
mod public;
mod webhooks;

use serde::Serialize;
use utoipa::ToSchema;

pub use account::{DeleteAccount, DeletedAccount, ExportedData};
pub use agents::{
    Agent, AgentPage, AgentPath, AgentQuery, AgentVersion, Agents, CreateAgent, CreateAgents,
    PaymentStats, UpdateAgent, badge_url,
};
pub use auth::{Account, LoggedIn, Login, Register, Registered, Verified, Verify};
pub use certificates::{AgentCertificate, Certified};
pub use imports::{HistoryForm, Imported, WrongRow};
pub use payment_events::{
    AmendPaymentEvent, CreatePaymentEvent, CreatePaymentEvents, EventError, EventPath,
    PaymentEvent, PaymentEvents,
};
pub use public::{BadgeQuery, EndpointBadge, KnownVersion, LabelQuery, Profile, ProfilePath};
pub use webhooks::{ToldAgent, ToldCertificate, ToldEndpoint, ToldImport, ToldKey, WebhookBody};

use super::ApiError;

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
    /// What is wrong with single entries of a list or rows of a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub errors: Option<&'a serde_json::Value>,
    /// Names the request, as in the server's log.
    pub request_id: &'a str,
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
