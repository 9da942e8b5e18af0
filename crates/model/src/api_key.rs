use serde::{Deserialize, Serialize};

use crate::text_enum::text_enum;
use crate::{AgentId, ApiKeyId, DAY_MS};

text_enum! {
    /// What an API key may do.
    Permission {
        /// Read everything of its workspace.
        Read => "read",
        /// Record payments, certify and renew.
        Write => "write",
        /// Create, change and delete agents, keys and webhooks.
        Manage => "manage",
    }
}

text_enum! {
    /// Whether a key opens anything, and for how long.
    ApiKeyState {
        /// It works.
        Active => "active",
        /// It still works, but another key has replaced it.
        Rotating => "rotating",
        /// Its time is over.
        Expired => "expired",
        /// Its owner ended it.
        Revoked => "revoked",
    }
}

text_enum! {
    /// How long a key goes on working beside the one that replaces it.
    Overlap {
        /// Not at all.
        Now => "now",
        /// An hour.
        Hour => "1h",
        /// A day.
        Day => "24h",
        /// A week.
        Week => "7d",
    }
}

impl Overlap {
    /// Milliseconds.
    pub const fn ms(self) -> i64 {
        match self {
            Self::Now => 0,
            Self::Hour => 3_600_000,
            Self::Day => DAY_MS,
            Self::Week => 7 * DAY_MS,
        }
    }
}

/// A set of permissions; stored as their spellings joined by a space, in the enum's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(into = "Vec<Permission>", from = "Vec<Permission>")]
pub struct Permissions(u8);

impl Permissions {
    /// What the key made at registration may do.
    pub const READ_WRITE: Self = Self(0b011);

    /// Whether the set holds this permission.
    pub fn has(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u8) != 0
    }

    /// Whether the set is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The permissions in the enum's order.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |p| self.has(*p))
    }

    /// The stored form, such as `read write`.
    pub fn to_text(self) -> String {
        let texts: Vec<_> = self.iter().map(Permission::as_str).collect();
        texts.join(" ")
    }

    /// Reads the stored form; spellings it does not know grant nothing.
    pub fn from_text(text: &str) -> Self {
        text.split(' ').filter_map(|t| t.parse().ok()).collect()
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(permissions.into_iter().fold(0, |set, p| set | 1 << p as u8))
    }
}

impl From<Vec<Permission>> for Permissions {
    fn from(permissions: Vec<Permission>) -> Self {
        permissions.into_iter().collect()
    }
}

impl From<Permissions> for Vec<Permission> {
    fn from(permissions: Permissions) -> Self {
        permissions.iter().collect()
    }
}

/// An API key as it can be shown: without the secret, which exists only in the answer that made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Unique within the instance.
    pub id: ApiKeyId,
    /// What its owner calls it.
    pub name: String,
    /// The id of the first key of a row of rotations; its own where there was none. What is counted per key hangs on it.
    pub family_id: ApiKeyId,
    /// The first characters of the secret, to recognise it by (`gopi_sk_4fQ9`).
    pub hint: String,
    /// What it may do.
    pub permissions: Permissions,
    /// The one agent that it can act for; `None` for all of its workspace.
    pub agent_id: Option<AgentId>,
    /// The networks that it can be used from, such as `203.0.113.0/24`; empty for anywhere.
    pub allowed_ips: Vec<String>,
    /// When it was made (Unix milliseconds).
    pub created_at_ms: i64,
    /// When it stops working (Unix milliseconds); `None` for never.
    pub expires_at_ms: Option<i64>,
    /// When it was last used, to the minute (Unix milliseconds).
    pub last_used_at_ms: Option<i64>,
    /// The address that it was last used from.
    pub last_used_ip: Option<String>,
    /// The key that replaced it.
    pub replaced_by: Option<ApiKeyId>,
    /// When it was revoked (Unix milliseconds).
    pub revoked_at_ms: Option<i64>,
}

impl ApiKey {
    /// Whether the key opens anything at this instant.
    pub fn active(&self, now_ms: i64) -> bool {
        self.revoked_at_ms.is_none() && self.expires_at_ms.is_none_or(|at| at > now_ms)
    }

    /// The state at an instant. What its owner ended is revoked, whenever it would have expired.
    pub fn state(&self, now_ms: i64) -> ApiKeyState {
        if self.revoked_at_ms.is_some() {
            ApiKeyState::Revoked
        } else if !self.active(now_ms) {
            ApiKeyState::Expired
        } else if self.replaced_by.is_some() {
            ApiKeyState::Rotating
        } else {
            ApiKeyState::Active
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_read_back_and_ignore_unknown_words() {
        let set = Permissions::from_text("manage read root");
        assert_eq!(set.to_text(), "read manage");
        assert!(!set.has(Permission::Write));
        assert_eq!(Permissions::READ_WRITE.to_text(), "read write");
    }
}
