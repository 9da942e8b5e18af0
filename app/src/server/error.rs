use model::{AmountError, ApiKeyState};
use service::{Error, FieldError, Refusal, Rule, UrlFault};

use crate::components::plan_label;

/// What the service refused, as fields with sentences in the reader's language. The field `""` is the form as a whole.
/// The one place where the dashboard puts errors into words; what failed on our side is logged here.
pub fn messages(error: Error) -> Vec<(String, String)> {
    let whole = match error {
        Error::Invalid(errors) => return errors.iter().map(field_message).collect(),
        Error::Conflict { field: Some("secret"), .. } => t!("error-secret-overlap"),
        Error::Conflict { field: Some("enabled"), .. } => t!("error-endpoint-off"),
        Error::Conflict { field: Some("member"), .. } => {
            return vec![("email".to_owned(), t!("error-member-already"))];
        }
        Error::Conflict { field: Some(field), .. } => {
            return vec![field_message(&FieldError { field, rule: Rule::Taken })];
        }
        Error::Refused(Refusal::TooManyEndpoints(max)) => t!("webhooks-too-many", max = max),
        Error::Refused(Refusal::OnlyOperator) => t!("error-only-operator"),
        Error::Refused(Refusal::LastFactor) => t!("error-last-factor"),
        Error::Refused(Refusal::DeletionBegan) => t!("error-deletion-began"),
        Error::NotFound { .. } => t!("error-not-found"),
        Error::Unauthenticated { .. } => t!("error-login"),
        Error::FactorNeeded => t!("error-factor"),
        Error::FactorMissing => t!("error-factor-missing"),
        Error::ProofNeeded => t!("error-proof"),
        Error::TooLate => t!("factors-too-late"),
        Error::Suspended { reason } => t!("error-suspended", reason = reason),
        Error::Forbidden { .. } => t!("error-forbidden"),
        Error::Unverified => t!("error-unverified"),
        Error::RegistrationShut { invitations: true } => t!("error-invitation-needed"),
        Error::RegistrationShut { invitations: false } => t!("error-registration-closed"),
        Error::TooManyAttempts { retry_after_s } => {
            t!("error-too-many-attempts", minutes = retry_after_s.div_ceil(60))
        }
        Error::AddressForbidden { address } => {
            t!("error-address", address = address.to_string())
        }
        Error::PlanRequired { needed } => t!("error-plan", plan = plan_label(needed)),
        Error::Conflict { field: None, .. } | Error::StillRunning => t!("error-conflict"),
        Error::InsufficientHistory { n, needed } => {
            t!("error-insufficient", n = n, missing = needed - n)
        }
        Error::Overloaded { .. } => t!("error-overloaded"),
        Error::Internal(error) => {
            tracing::error!(%error, "a server function failed");
            t!("error-internal")
        }
    };
    vec![(String::new(), whole)]
}

fn field_message(error: &FieldError) -> (String, String) {
    (error.field.to_owned(), rule_text(&error.rule))
}

/// A rule as the form that broke it says it.
pub(crate) fn rule_text(rule: &Rule) -> String {
    match rule {
        Rule::Required => t!("rule-required"),
        Rule::Ended => t!("rule-ended"),
        Rule::NotInvited => t!("rule-not-invited"),
        Rule::TooShort(min) => t!("rule-too-short", min = *min),
        Rule::TooLong(max) => t!("rule-too-long", max = *max),
        Rule::TooMany(max) => t!("rule-too-many", max = *max),
        Rule::NotAnEmail => t!("rule-not-an-email"),
        Rule::TooCommon => t!("rule-too-common"),
        Rule::Breached => t!("rule-breached"),
        Rule::Taken => t!("rule-taken"),
        Rule::OneOf(_) => t!("rule-one-of"),
        Rule::Amount(error) => match error {
            AmountError::NotANumber => t!("rule-amount-not-a-number"),
            AmountError::NotPositive => t!("rule-amount-not-positive"),
            AmountError::TooLarge => t!("rule-amount-too-large"),
            AmountError::TooManyDecimals => t!("rule-amount-decimals"),
        },
        Rule::UnknownCurrency => t!("rule-currency"),
        Rule::InFuture(minutes) => t!("rule-in-future", minutes = *minutes),
        Rule::OutOfRange => t!("rule-out-of-range"),
        Rule::ControlCharacters => t!("rule-control-characters"),
        Rule::NotPrintable => t!("rule-not-printable"),
        Rule::Days(max) => t!("rule-days", max = *max),
        Rule::NotANetwork(given) => t!("rule-network", given = given.as_str()),
        Rule::NotRotatable(ApiKeyState::Revoked) => t!("rule-key-revoked"),
        Rule::NotRotatable(ApiKeyState::Expired) => t!("rule-key-expired"),
        Rule::NotRotatable(_) => t!("rule-key-rotated"),
        Rule::Mismatch => t!("rule-mismatch"),
        Rule::WrongCode => t!("rule-wrong-code"),
        Rule::WrongPasskey => t!("rule-wrong-passkey"),
        Rule::UnknownTimeZone => t!("rule-time-zone"),
        Rule::Url(UrlFault::Malformed) => t!("rule-url"),
        Rule::Url(UrlFault::NotHttps) => t!("rule-url-https"),
        Rule::Url(UrlFault::Credentials) => t!("rule-url-credentials"),
        Rule::Url(UrlFault::NotPublic) => t!("rule-url-public"),
        Rule::Url(UrlFault::NotListed) => t!("rule-url-listed"),
        Rule::UnknownEvent(given) => t!("rule-event", given = given.as_str()),
        Rule::NoWallets => t!("rule-no-wallets"),
    }
}
