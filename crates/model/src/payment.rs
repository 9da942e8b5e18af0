use serde::{Deserialize, Serialize};

use crate::text_enum::text_enum;
use crate::{AgentId, Amount, PaymentId};

text_enum! {
    /// How a payment went.
    PaymentStatus {
        /// Paid; nothing is known about when it was due.
        Paid => "paid",
        /// Paid by its due date.
        OnTime => "on_time",
        /// Paid after its due date.
        Late => "late",
        /// Not paid when it was due.
        Missed => "missed",
        /// Contested by the payee.
        Disputed => "disputed",
    }
}

text_enum! {
    /// Where the money came from. Shown to users, never scored.
    PaymentSource {
        /// A wallet that the agent controls.
        AgentWallet => "agent_wallet",
        /// A person's card.
        HumanCard => "human_card",
        /// A person's bank account.
        HumanBank => "human_bank",
        /// Not known.
        Unknown => "unknown",
    }
}

text_enum! {
    /// Whether the agent paid or was paid. Only sent payments are scored; received ones are revenue.
    Direction {
        /// The agent paid.
        Sent => "sent",
        /// The agent was paid.
        Received => "received",
    }
}

text_enum! {
    /// The way by which a payment came into the ledger.
    Rail {
        /// Reported by the agent or its owner.
        Tracked => "tracked",
        /// Charged over x402.
        X402 => "x402",
        /// Paid under an AP2 mandate.
        Ap2 => "ap2",
        /// Spent on a governed service request.
        Service => "service",
        /// Released from escrow.
        Escrow => "escrow",
    }
}

/// One row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Unique within the instance; sorts by the time of recording.
    pub id: PaymentId,
    /// The agent that paid or was paid.
    pub agent_id: AgentId,
    /// The agent's external id, as the client names it.
    pub agent_external_id: String,
    /// Sent or received.
    pub direction: Direction,
    /// How it came into the ledger.
    pub rail: Rail,
    /// How it went.
    pub status: PaymentStatus,
    /// How much.
    pub amount: Amount,
    /// Where the money came from.
    pub source: PaymentSource,
    /// Whether the agent acted on its own.
    pub autonomous: bool,
    /// Whether the counterparty was known to belong to the same workspace when the payment was recorded.
    pub self_payment: bool,
    /// The payee or payer, as the client names it.
    pub counterparty: Option<String>,
    /// The caller's own id for this payment, unique per agent.
    pub reference: Option<String>,
    /// When it happened, as the client says (Unix milliseconds).
    pub happened_at_ms: i64,
    /// When it was due (Unix milliseconds).
    pub due_at_ms: Option<i64>,
    /// When we first stored it (Unix milliseconds); no client can set it.
    pub recorded_at_ms: i64,
}

impl Payment {
    /// Whether the payment can count toward the score at all: sent, and made by the agent on its own.
    pub fn counts_toward_score(&self) -> bool {
        self.autonomous && self.direction == Direction::Sent
    }
}
