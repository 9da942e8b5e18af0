use std::fmt;

use serde::{Deserialize, Serialize};

/// Crockford's base32 in lower case: no i, l, o, u.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Characters after the prefix: 10 for the time, 16 for 80 random bits.
const BODY_LEN: usize = 26;

/// A text that is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidId {
    /// The prefix that the id must have.
    pub prefix: &'static str,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "must be {} followed by {BODY_LEN} characters", self.prefix)
    }
}

impl std::error::Error for InvalidId {}

/// `prefix` + 48 bits of time + 80 random bits, in base32: sorts by time, so that index pages fill in order.
fn make(prefix: &str, at_ms: i64, random: [u8; 10]) -> String {
    let mut bits = u128::from(at_ms.max(0).unsigned_abs() & 0xffff_ffff_ffff) << 80;
    for (i, byte) in random.iter().enumerate() {
        bits |= u128::from(*byte) << (8 * (9 - i));
    }
    let mut id = String::with_capacity(prefix.len() + BODY_LEN);
    id.push_str(prefix);
    for i in 0..BODY_LEN {
        let shift = 5 * (BODY_LEN - 1 - i);
        let digit = (bits >> shift) & 31;
        id.push(char::from(ALPHABET[usize::try_from(digit).unwrap_or(0)]));
    }
    id
}

fn check(prefix: &'static str, text: &str) -> Result<(), InvalidId> {
    match text.strip_prefix(prefix) {
        Some(body) if body.len() == BODY_LEN && body.bytes().all(|b| ALPHABET.contains(&b)) => {
            Ok(())
        }
        _ => Err(InvalidId { prefix }),
    }
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            #[doc = concat!("What every such id begins with: `", $prefix, "`.")]
            pub const PREFIX: &'static str = $prefix;

            /// A new id. Ids made later sort later; the random part is the caller's, so that tests are exact.
            pub fn new(at_ms: i64, random: [u8; 10]) -> Self {
                Self(make($prefix, at_ms, random))
            }

            /// An id that was stored or signed by us earlier, taken as it is.
            pub fn from_stored(id: String) -> Self {
                Self(id)
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                check($prefix, text)?;
                Ok(Self(text.to_owned()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

ids! {
    /// A person who logs in.
    UserId = "usr_";
    /// A tenant: it owns agents, keys, payments and the plan.
    WorkspaceId = "wsp_";
    /// An AI agent.
    AgentId = "agt_";
    /// An API key, as metadata: not the secret.
    ApiKeyId = "key_";
    /// One row of the ledger.
    PaymentId = "pay_";
    /// An amendment of a payment.
    AmendmentId = "amd_";
    /// A trust certificate.
    CertificateId = "crt_";
    /// An entry of the audit trail.
    AuditId = "aud_";
    /// An event in the outbox, and so the id of a webhook message.
    EventId = "evt_";
    /// A webhook endpoint.
    EndpointId = "whk_";
    /// An uploaded file of payments.
    ImportId = "imp_";
    /// An archive of everything that is held about an account.
    ExportId = "exp_";
    /// What somebody has against a score.
    ContestId = "cts_";
    /// A mail.
    MailId = "mal_";
    /// An invitation into a workspace.
    InvitationId = "inv_";
    /// A passkey of a person.
    PasskeyId = "psk_";
    /// A request, named in its answer and in the log.
    RequestId = "req_";
    /// A signing key (`kid`).
    SigningKeyId = "sig_";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_read_back() {
        let early = AgentId::new(1_700_000_000_000, [255; 10]);
        let late = AgentId::new(1_700_000_000_001, [0; 10]);
        assert!(early < late);
        assert_eq!(early.as_str(), "agt_01hf7yat00zzzzzzzzzzzzzzzz");
        assert_eq!(early.as_str().parse::<AgentId>(), Ok(early));
        assert!("agt_short".parse::<AgentId>().is_err());
        assert!(late.as_str().parse::<UserId>().is_err());
    }
}
