//! Shared types and pure rules of Surety.
//!
//! Everything here is a value: no async, no clock, no randomness, no I/O. The browser runs the same code
//! (the what-if score), so a rule stands once.

pub mod badge;
pub mod score;

mod agent;
mod amendment;
mod api_key;
mod certificate;
mod currency;
mod ids;
mod money;
mod payment;
mod text_enum;
mod time;
mod user;
mod webhook;

pub use agent::{Agent, AgentSort, AgentStatus, Framework, PaymentStats, Visibility};
pub use amendment::{Amendment, Party};
pub use api_key::{ApiKey, ApiKeyState, Overlap, Permission, Permissions};
pub use certificate::{Certificate, CertificateState};
pub use currency::{Currency, UnknownCurrency};
pub use ids::{
    AgentId, AmendmentId, ApiKeyId, AuditId, CertificateId, ContestId, EndpointId, EventId,
    ExportId, ImportId, InvalidId, InvitationId, MailId, PasskeyId, PaymentId, RequestId,
    SigningKeyId, UserId, WorkspaceId,
};
pub use money::{Amount, AmountError, MAX_MICROS, MICROS_PER_UNIT};
pub use payment::{Direction, Payment, PaymentSource, PaymentStatus, Rail};
pub use text_enum::UnknownText;
pub use time::{DAY_MS, HOUR_MS, QUARTER_MS, UtcDay, day_of, quarter_of};
pub use user::{Feature, Plan, Role, User, Workspace};
pub use webhook::{
    Attempt, AttemptFailure, Delivery, DeliveryState, Dialect, DisabledReason, EVENT_TYPES,
    Subscription, TEST_EVENT, UnknownEvent, WebhookEndpoint, event_group, logged_kinds,
};
