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

text_enum! {
    /// Something that a plan may include.
    Feature {
        /// Agents, with everything that is reported about them.
        Agents => "agents",
        /// Payments in the ledger.
        Payments => "payments",
        /// Trust scores, the public profile and the badge.
        Scores => "scores",
        /// API keys and the audit log.
        ApiKeys => "api_keys",
        /// Signed certificates of payment conduct.
        Certificates => "certificates",
    }
}

/// What each plan includes: the one place where that stands.
const INCLUDED: [(Plan, &[Feature]); 3] = [
    (Plan::Free, &[Feature::Agents, Feature::Payments, Feature::Scores, Feature::ApiKeys]),
    (Plan::Basic, Feature::ALL),
    (Plan::Professional, Feature::ALL),
];

impl Plan {
    /// Whether this plan includes the feature.
    pub fn includes(self, feature: Feature) -> bool {
        INCLUDED.iter().any(|(plan, features)| *plan == self && features.contains(&feature))
    }

    /// Whether certificates may be issued on this plan.
    pub fn allows_certificates(self) -> bool {
        self.includes(Feature::Certificates)
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
    /// The language that this person reads: `en` or `de`.
    pub lang: String,
    /// When a mail proved the address (Unix milliseconds); `None`: never.
    pub verified_at_ms: Option<i64>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_plan_includes_what_a_lower_one_does() {
        for pair in Plan::ALL.windows(2) {
            for feature in Feature::ALL {
                assert!(!pair[0].includes(*feature) || pair[1].includes(*feature), "{feature}");
            }
        }
        assert!(!Plan::Free.allows_certificates() && Plan::Basic.allows_certificates());
    }
}
