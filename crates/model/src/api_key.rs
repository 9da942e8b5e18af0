use serde::{Deserialize, Serialize};

use crate::ApiKeyId;
use crate::text_enum::text_enum;

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
    /// The first characters of the secret, to recognise it by (`gopi_sk_4fQ9`).
    pub hint: String,
    /// What it may do.
    pub permissions: Permissions,
    /// When it was made (Unix milliseconds).
    pub created_at_ms: i64,
    /// When it stops working (Unix milliseconds); `None` for never.
    pub expires_at_ms: Option<i64>,
    /// When it was last used, to the minute (Unix milliseconds).
    pub last_used_at_ms: Option<i64>,
    /// When it was revoked (Unix milliseconds).
    pub revoked_at_ms: Option<i64>,
}

impl ApiKey {
    /// Whether the key opens anything at this instant.
    pub fn active(&self, now_ms: i64) -> bool {
        self.revoked_at_ms.is_none() && self.expires_at_ms.is_none_or(|at| at > now_ms)
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
