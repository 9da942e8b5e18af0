use serde::{Deserialize, Serialize};

use crate::text_enum::text_enum;
use crate::{AmendmentId, PaymentId, PaymentStatus};

text_enum! {
    /// In which part somebody amends a payment.
    Party {
        /// Whose agent paid.
        Owner => "owner",
        /// Whose agent the payment names as its counterparty.
        Counterparty => "counterparty",
        /// Who runs the instance.
        Operator => "operator",
    }
}

/// A change of how a payment went, kept beside the payment for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// Unique within the instance; sorts by time.
    pub id: AmendmentId,
    /// The payment.
    pub payment_id: PaymentId,
    /// How it stood before.
    pub from: PaymentStatus,
    /// How it stands since.
    pub to: PaymentStatus,
    /// What was found out, in words.
    pub resolution: Option<String>,
    /// In which part it was amended.
    pub party: Party,
    /// When (Unix milliseconds).
    pub amended_at_ms: i64,
}
