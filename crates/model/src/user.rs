use serde::{Deserialize, Serialize};

use crate::text_enum::text_enum;
use crate::{UserId, WorkspaceId};

text_enum! {
    /// What a workspace may do.
    Plan {
        /// Agents, payments and scores; no certificates.
        Free => "free",
        /// With certificates.
        Basic => "basic",
        /// With everything.
        Professional => "professional",
    }
}

impl Plan {
    /// Whether certificates may be issued on this plan.
    pub fn allows_certificates(self) -> bool {
        self != Self::Free
    }
}

text_enum! {
    /// What a member may do in a workspace; each role may do all that the ones before it may.
    Role {
        /// Reads and writes agents, payments and certificates.
        Member => "member",
        /// Also keys, webhooks and members.
        Admin => "admin",
        /// Also plan, export and deletion.
        Owner => "owner",
    }
}

/// A person who logs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Unique within the instance.
    pub id: UserId,
    /// Lower-cased address, unique within the instance.
    pub email: String,
    /// What the person wants to be called; may be empty.
    pub name: String,
    /// Whether this person runs the instance.
    pub operator: bool,
    /// When the account was made (Unix milliseconds).
    pub created_at_ms: i64,
}

/// The tenant: it owns agents, keys, payments and the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    /// Unique within the instance.
    pub id: WorkspaceId,
    /// Shown to its members.
    pub name: String,
    /// What it may do.
    pub plan: Plan,
    /// Whether it belongs to the operator; certificates then say `self_issued`.
    pub operator_owned: bool,
    /// The time zone of its days and months: an IANA name, such as `Europe/Berlin`.
    pub time_zone: String,
    /// When it was made (Unix milliseconds).
    pub created_at_ms: i64,
}
