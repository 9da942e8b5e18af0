use std::fmt;
use std::net::IpAddr;

use model::{AmountError, ApiKeyState, Plan};

/// Why a use case did not happen. Nothing was written when one of these is returned.
#[derive(Debug)]
pub enum Error {
    /// There is no such thing, or it belongs to another workspace: both look the same.
    NotFound {
        /// The noun, such as `agent`.
        what: &'static str,
    },
    /// Nobody is signed in, or the credential opens nothing (any more).
    Unauthenticated {
        /// One sentence for the caller; never says which part of a credential was wrong.
        why: &'static str,
    },
    /// The password was right, and the person has a second factor, which was not given.
    FactorNeeded,
    /// The person must have a second factor, has none, and can do nothing but set one up, in a browser.
    FactorMissing,
    /// The person must first prove anew who they are: it is too long ago.
    ProofNeeded,
    /// What was begun lay too long, and is to be begun anew.
    TooLate,
    /// The operator of the instance has suspended the workspace: nobody gets in.
    Suspended {
        /// The operator's words.
        reason: String,
    },
    /// The caller is known but may not do this.
    Forbidden {
        /// What is missing, such as `the permission "write"`.
        needed: String,
    },
    /// The person, or the owner of the workspace, must prove the e-mail address first.
    Unverified,
    /// This instance lets nobody make an account who has no invitation, or nobody at all.
    RegistrationShut {
        /// Whether an invitation would do.
        invitations: bool,
    },
    /// It was tried too often.
    TooManyAttempts {
        /// When to try again, in seconds.
        retry_after_s: u32,
    },
    /// The API key cannot be used from where the request came.
    AddressForbidden {
        /// The address that the request came from.
        address: IpAddr,
    },
    /// The workspace's plan does not include this.
    PlanRequired {
        /// The smallest plan that does.
        needed: Plan,
    },
    /// The request contradicts what is already there.
    Conflict {
        /// The field that contradicts, if it is one field.
        field: Option<&'static str>,
        /// One sentence for the caller.
        why: String,
    },
    /// Things are such that this cannot be done now.
    Refused(Refusal),
    /// The same request, by its `Idempotency-Key`, is being answered at this moment.
    StillRunning,
    /// One or more fields break a rule.
    Invalid(Vec<FieldError>),
    /// The agent has too few payments for a score.
    InsufficientHistory {
        /// Payments that count.
        n: i64,
        /// Payments that are needed.
        needed: i64,
    },
    /// Too much is waiting; nothing was taken in.
    Overloaded {
        /// When to try again, in seconds.
        retry_after_s: u32,
    },
    /// Something failed on our side. Logged once, at the boundary; shows nothing.
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

/// Why something cannot be done as things are. Its `Display` is an English sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The workspace has this many webhook endpoints, and cannot have more.
    TooManyEndpoints(i64),
    /// The account is the only one that runs the instance, and there are others on it.
    OnlyOperator,
    /// The account is being deleted at this moment.
    DeletionBegan,
    /// It is the last second factor of somebody who must have one.
    LastFactor,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyEndpoints(max) => {
                write!(f, "A workspace has at most {max} webhook endpoints. Delete one first.")
            }
            Self::OnlyOperator => f.write_str(
                "This account runs the instance and others are on it, so it can only be deleted once they are gone.",
            ),
            Self::LastFactor => f.write_str(
                "This instance asks for a second factor, and this is the last one. Set up another one first.",
            ),
            Self::DeletionBegan => f.write_str("The account is being deleted already."),
        }
    }
}

/// A field and the rule that it breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name, as in the service's types; a dialect maps it to its own spelling.
    pub field: &'static str,
    /// The rule.
    pub rule: Rule,
}

/// A rule that a field can break. Its `Display` is the English sentence's end (`name` + "is required").
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// It is missing or empty.
    Required,
    /// It has fewer characters than this.
    TooShort(usize),
    /// It has more characters than this.
    TooLong(usize),
    /// It has more entries than this.
    TooMany(usize),
    /// It is not an e-mail address.
    NotAnEmail,
    /// The password can be guessed.
    TooCommon,
    /// The password got out somewhere.
    Breached,
    /// Another account has it.
    Taken,
    /// It is none of these.
    OneOf(&'static [&'static str]),
    /// It is not an amount.
    Amount(AmountError),
    /// It is no currency we know.
    UnknownCurrency,
    /// It lies further in the future than this many minutes.
    InFuture(i64),
    /// It is not a date that the ledger can hold (1970 to 9999).
    OutOfRange,
    /// It holds control characters.
    ControlCharacters,
    /// It holds characters that a header must not.
    NotPrintable,
    /// It is not a number of days from 1 to this.
    Days(i64),
    /// It is neither an address nor a network; this is what was given.
    NotANetwork(String),
    /// The key cannot be rotated (any more), for it is in this state.
    NotRotatable(ApiKeyState),
    /// What was typed does not match what was asked for.
    Mismatch,
    /// The link has expired, was used already or is none of ours.
    Ended,
    /// The invitation is for another address.
    NotInvited,
    /// The code is none of the person's, or was used already.
    WrongCode,
    /// The browser's answer about a passkey does not hold.
    WrongPasskey,
    /// It is not a time zone of the IANA database.
    UnknownTimeZone,
    /// It is no URL that events can be sent to.
    Url(UrlFault),
    /// It lists something that is no event type; this is what was given.
    UnknownEvent(String),
    /// It names a wallet, and payments do not say into which one they came.
    NoWallets,
}

/// Why events cannot be sent to a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UrlFault {
    /// It is no URL, or has no host.
    Malformed,
    /// It is not `https`.
    NotHttps,
    /// It holds a user name or a password.
    Credentials,
    /// It names this machine or an address inside a network.
    NotPublic,
    /// The operator lets webhooks go to other hosts only.
    NotListed,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Required => f.write_str("is required"),
            Self::TooShort(min) => write!(f, "must have at least {min} characters"),
            Self::TooLong(max) => write!(f, "must have at most {max} characters"),
            Self::TooMany(max) => write!(f, "must have at most {max} entries"),
            Self::NotAnEmail => f.write_str("must be an e-mail address such as mara@example.com"),
            Self::TooCommon => f.write_str(
                "is among the passwords that are tried first; use a longer or less usual one",
            ),
            Self::Breached => {
                f.write_str("is in lists of passwords that got out elsewhere; use another one")
            }
            Self::Taken => f.write_str("is already registered"),
            Self::OneOf(allowed) => write!(f, "must be one of {}", allowed.join(", ")),
            Self::Amount(error) => error.fmt(f),
            Self::UnknownCurrency => {
                f.write_str("must be an ISO 4217 code such as EUR, or USDC, USDT, DAI, EURC")
            }
            Self::InFuture(minutes) => {
                write!(f, "must not be more than {minutes} minutes in the future")
            }
            Self::OutOfRange => f.write_str("must lie between the years 1970 and 9999"),
            Self::ControlCharacters => f.write_str("must not contain control characters"),
            Self::NotPrintable => f.write_str("must consist of printable ASCII characters"),
            Self::Days(max) => write!(f, "must be a number of days from 1 to {max}"),
            Self::NotANetwork(given) => write!(
                f,
                "must list addresses or networks such as 203.0.113.0/24 or 2001:db8::/32; {given:?} is neither"
            ),
            Self::NotRotatable(ApiKeyState::Revoked) => f.write_str("is revoked; make a new one"),
            Self::NotRotatable(ApiKeyState::Expired) => f.write_str("has expired; make a new one"),
            Self::NotRotatable(_) => {
                f.write_str("was rotated already; rotate the key that replaced it")
            }
            Self::Mismatch => f.write_str("does not match"),
            Self::Ended => f.write_str("has expired, was used already or is none of ours"),
            Self::NotInvited => f.write_str("is not the address that was invited"),
            Self::WrongCode => f.write_str("is wrong or was used already"),
            Self::WrongPasskey => f.write_str("was not accepted"),
            Self::UnknownTimeZone => f.write_str("must be a time zone such as Europe/Berlin"),
            Self::Url(UrlFault::Malformed) => {
                f.write_str("must be a URL such as https://example.com/webhooks")
            }
            Self::Url(UrlFault::NotHttps) => f.write_str("must begin with https://"),
            Self::Url(UrlFault::Credentials) => {
                f.write_str("must not contain a user name or a password")
            }
            Self::Url(UrlFault::NotPublic) => {
                f.write_str("must not point to this machine or into a private network")
            }
            Self::Url(UrlFault::NotListed) => f.write_str(
                "must be on a host that this instance sends webhooks to; its operator can add others (webhook_hosts)",
            ),
            Self::UnknownEvent(given) => write!(
                f,
                "must list event types such as payment.recorded, payment.* or *; {given:?} is none"
            ),
            Self::NoWallets => f.write_str(
                "must be left out: payments do not say into which wallet they came, so events cannot be limited to one",
            ),
        }
    }
}

impl Error {
    /// One field that breaks one rule.
    pub fn invalid(field: &'static str, rule: Rule) -> Self {
        Self::Invalid(vec![FieldError { field, rule }])
    }

    /// A failure on our side.
    pub fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { what } => write!(f, "There is no such {what}."),
            Self::Unauthenticated { why } => f.write_str(why),
            Self::FactorNeeded => f.write_str(
                "This account has a second factor: send a code of its app, or a recovery code, too.",
            ),
            Self::FactorMissing => f.write_str(
                "This instance asks for a second factor, and this account has none: sign in with a browser and set one up.",
            ),
            Self::ProofNeeded => f.write_str("Confirm first that it is you."),
            Self::TooLate => f.write_str("That took too long. Begin again."),
            Self::Suspended { reason } => write!(f, "The account is suspended: {reason}"),
            Self::Forbidden { needed } => write!(f, "This needs {needed}."),
            Self::Unverified => f.write_str(
                "The e-mail address of the account is not verified: open the link in the mail first.",
            ),
            Self::RegistrationShut { invitations: true } => {
                f.write_str("Registering on this instance needs an invitation.")
            }
            Self::RegistrationShut { invitations: false } => {
                f.write_str("Nobody can register on this instance.")
            }
            Self::TooManyAttempts { retry_after_s } => {
                write!(f, "Too many attempts. Try again in {retry_after_s} seconds.")
            }
            Self::AddressForbidden { address } => {
                write!(f, "This API key cannot be used from the address {address}.")
            }
            Self::PlanRequired { needed } => write!(f, "This needs the plan {needed} or higher."),
            Self::Conflict { why, .. } => f.write_str(why),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::StillRunning => {
                f.write_str("A request with this Idempotency-Key is still running. Try again.")
            }
            Self::Invalid(errors) => {
                for (i, error) in errors.iter().enumerate() {
                    let space = if i == 0 { "" } else { " " };
                    write!(f, "{space}{} {}.", error.field, error.rule)?;
                }
                Ok(())
            }
            Self::InsufficientHistory { n, needed } => write!(
                f,
                "The agent has {n} payments that count toward the score and needs {needed}: {} more.",
                needed - n
            ),
            Self::Overloaded { .. } => {
                f.write_str("Too many requests are waiting. Try again shortly.")
            }
            Self::Internal(_) => f.write_str("Something failed on our side."),
        }
    }
}

impl std::error::Error for Error {}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}
