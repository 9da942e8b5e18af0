use serde::{Deserialize, Serialize};

use crate::AgentId;
use crate::text_enum::text_enum;

text_enum! {
    /// The framework that an agent is built with.
    Framework {
        /// LangChain.
        LangChain => "langchain",
        /// CrewAI.
        CrewAi => "crewai",
        /// AutoGen.
        AutoGen => "autogen",
        /// LangGraph.
        LangGraph => "langgraph",
        /// OpenAI's SDKs.
        OpenAi => "openai",
        /// Anthropic's SDKs.
        Anthropic => "anthropic",
        /// Anything else.
        Custom => "custom",
    }
}

impl Framework {
    /// The three letters in the middle of a `gopi_id`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LangChain => "lch",
            Self::CrewAi => "crw",
            Self::AutoGen => "atg",
            Self::LangGraph => "lgr",
            Self::OpenAi => "oai",
            Self::Anthropic => "ant",
            Self::Custom => "cst",
        }
    }

    /// The framework's own name, the same in every language; `None` for `custom`.
    pub const fn label(self) -> Option<&'static str> {
        match self {
            Self::LangChain => Some("LangChain"),
            Self::CrewAi => Some("CrewAI"),
            Self::AutoGen => Some("AutoGen"),
            Self::LangGraph => Some("LangGraph"),
            Self::OpenAi => Some("OpenAI"),
            Self::Anthropic => Some("Anthropic"),
            Self::Custom => None,
        }
    }
}

text_enum! {
    /// Who may see an agent's profile, badge and certificates.
    Visibility {
        /// Everybody.
        Public => "public",
        /// Its workspace only; to everybody else it looks unknown.
        Private => "private",
    }
}

text_enum! {
    /// Whether an agent takes payments.
    AgentStatus {
        /// It does.
        Active => "active",
        /// It is put away: it takes none until it is brought back. Profile and certificates stay.
        Archived => "archived",
        /// It is gone; its payments stay in the ledger.
        Deleted => "deleted",
    }
}

text_enum! {
    /// The order of a list of agents.
    AgentSort {
        /// The newest first.
        Newest => "newest",
        /// By name.
        Name => "name",
        /// The most sent payments first.
        Payments => "payments",
        /// The best certified score first, those without one last.
        Score => "score",
    }
}

/// Counters kept with the agent in the transaction that records a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PaymentStats {
    /// All sent payments.
    pub total: i64,
    /// Those of them that count toward the score.
    pub autonomous: i64,
    /// Those of the counting ones that are `paid` or `on_time`.
    pub on_time: i64,
    /// All received payments.
    pub received: i64,
}

/// An AI agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Unique within the instance.
    pub id: AgentId,
    /// A slug of the name and 8 characters, unique within the instance.
    pub external_id: String,
    /// The public id, such as `gopi_lch_a1b2c3d4`.
    pub gopi_id: String,
    /// What its owner calls it.
    pub name: String,
    /// What it does, in its owner's words; may be empty.
    pub description: String,
    /// What it is built with.
    pub framework: Framework,
    /// Who may see it.
    pub visibility: Visibility,
    /// Whether it takes payments.
    pub status: AgentStatus,
    /// Its payments, counted.
    pub stats: PaymentStats,
    /// When it was made (Unix milliseconds).
    pub created_at_ms: i64,
    /// Counts the edits of name, description, framework and visibility; 1 at first.
    #[serde(default)]
    pub version: i64,
}
