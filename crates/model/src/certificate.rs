use serde::{Deserialize, Serialize};

use crate::score::{BreakdownLine, Ceiling, Confidence, Grade};
use crate::text_enum::text_enum;
use crate::{AgentId, CertificateId};

text_enum! {
    /// What a certificate is worth now.
    CertificateState {
        /// It holds.
        Valid => "valid",
        /// Its time is over.
        Expired => "expired",
        /// A newer one was issued.
        Superseded => "superseded",
        /// The score fell 10 points or more below the certified one.
        Suspended => "suspended",
        /// Its agent is gone, or its owner withdrew it.
        Revoked => "revoked",
    }
}

/// A score that was frozen, signed and is vouched for during 90 days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    /// Unique within the instance.
    pub id: CertificateId,
    /// The agent it speaks of.
    pub agent_id: AgentId,
    /// The agent's public id.
    pub gopi_id: String,
    /// 0 to 100.
    pub score: u8,
    /// The score's grade.
    pub grade: Grade,
    /// How many payments stand behind it.
    pub confidence: Confidence,
    /// Payments that counted.
    pub n: i64,
    /// Positive evidence.
    pub s: f64,
    /// Negative evidence.
    pub f: f64,
    /// The lower bound that the score is rounded from.
    pub bound: f64,
    /// Why the score is lower than the bound says.
    pub ceiling: Option<Ceiling>,
    /// The lines that add up to the score.
    pub breakdown: Vec<BreakdownLine>,
    /// The algorithm, such as `trust-score/1`.
    pub algorithm: String,
    /// The instant that was scored (Unix milliseconds).
    pub as_of_ms: i64,
    /// SHA-256 over the day hashes of what was scored, in hex.
    pub digest: String,
    /// Whether the agent belongs to the workspace of the instance's operator.
    pub self_issued: bool,
    /// The signed form: a compact JWS.
    pub credential: String,
    /// When it was issued (Unix milliseconds).
    pub issued_at_ms: i64,
    /// When it stops holding (Unix milliseconds).
    pub valid_until_ms: i64,
    /// When a newer one replaced it (Unix milliseconds).
    pub superseded_at_ms: Option<i64>,
    /// When it was suspended (Unix milliseconds).
    pub suspended_at_ms: Option<i64>,
    /// When it was revoked (Unix milliseconds).
    pub revoked_at_ms: Option<i64>,
    /// Why its owner revoked it.
    pub revoked_reason: Option<String>,
}

impl Certificate {
    /// The state at an instant. What ended it for good comes first.
    pub fn state(&self, now_ms: i64) -> CertificateState {
        if self.revoked_at_ms.is_some() {
            CertificateState::Revoked
        } else if self.superseded_at_ms.is_some() {
            CertificateState::Superseded
        } else if now_ms >= self.valid_until_ms {
            CertificateState::Expired
        } else if self.suspended_at_ms.is_some() {
            CertificateState::Suspended
        } else {
            CertificateState::Valid
        }
    }
}
