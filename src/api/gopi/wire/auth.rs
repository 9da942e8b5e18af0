use model::{ApiKey, Permissions};
use serde::{Deserialize, Serialize};
use service::Me;
use utoipa::ToSchema;

use super::super::schema;
use crate::api::format_time;

#[derive(Deserialize, ToSchema)]
pub struct Register {
    #[schema(schema_with = schema::email, required = true)]
    pub email: Option<String>,
    #[schema(schema_with = schema::new_password, required = true)]
    pub password: Option<String>,
    #[schema(schema_with = schema::person)]
    pub name: Option<String>,
    /// Only for the first account of an instance that others can reach: the token on its console.
    pub operator_token: Option<String>,
    /// Where an instance asks for one: the token of the link of an invitation. One into a workspace is joined at once.
    pub invitation: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Registered {
    #[schema(example = "usr_01kcmwpe4r0000000000000000")]
    pub user_id: String,
    #[schema(example = "mara@example.com")]
    pub email: String,
    #[schema(schema_with = schema::plan)]
    pub plan: &'static str,
    /// The first API key; this answer alone shows it.
    #[schema(example = "gopi_sk_4fQ9...")]
    pub api_key: Option<String>,
    #[schema(example = "eyJhbGciOi...")]
    pub token: String,
    /// Whether a mail with a link went to the address, to be opened first.
    pub verification_required: bool,
}

#[derive(Deserialize, ToSchema)]
pub struct Verify {
    /// What follows `token=` in the mailed link.
    #[schema(value_type = String, required = true, example = "q9yFvS3tO0M3F7gVh2l0y8m1Q4wJ6nKxXb5cRzEdUaA")]
    pub token: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Verified {
    pub verified: bool,
}

#[derive(Deserialize, ToSchema)]
pub struct Login {
    #[schema(value_type = String, required = true, example = "mara@example.com")]
    pub email: Option<String>,
    #[schema(value_type = String, format = Password, required = true, example = "correct horse battery")]
    pub password: Option<String>,
    /// Where the person has a second factor: a code of the app, or a recovery code.
    #[schema(example = "123456")]
    pub totp: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct LoggedIn {
    #[schema(example = "eyJhbGciOi...")]
    pub token: String,
    #[schema(example = "bearer")]
    pub token_type: &'static str,
    /// Seconds.
    #[schema(example = 3600)]
    pub expires_in: i64,
}

#[derive(Serialize, ToSchema)]
pub struct Account {
    #[schema(example = "usr_01kcmwpe4r0000000000000000")]
    pub user_id: String,
    #[schema(example = "mara@example.com")]
    pub email: String,
    #[schema(example = "Mara")]
    pub name: String,
    #[schema(schema_with = schema::plan)]
    pub plan: &'static str,
    /// The first characters of the oldest key that works.
    #[schema(example = "gopi_sk_4fQ9…")]
    pub api_key: Option<String>,
    pub api_keys: Vec<Key>,
    #[schema(schema_with = schema::time)]
    pub created_at: String,
}

/// A key, without its secret.
#[derive(Serialize, ToSchema)]
pub struct Key {
    #[schema(example = "key_01kcmwpe4r0000000000000000")]
    pub id: String,
    #[schema(example = "Default")]
    pub name: String,
    /// Its first characters.
    #[schema(example = "gopi_sk_4fQ9…")]
    pub api_key: String,
    #[schema(schema_with = schema::permissions)]
    pub permissions: Permissions,
    #[schema(schema_with = schema::time)]
    pub created_at: String,
    #[schema(schema_with = schema::optional_time)]
    pub expires_at: Option<String>,
    #[schema(schema_with = schema::optional_time)]
    pub last_used_at: Option<String>,
    #[schema(schema_with = schema::optional_time)]
    pub revoked_at: Option<String>,
}

/// A key as it can be shown: its first characters.
fn masked(key: &ApiKey) -> String {
    format!("{}…", key.hint)
}

impl From<&ApiKey> for Key {
    fn from(key: &ApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name.clone(),
            api_key: masked(key),
            permissions: key.permissions,
            created_at: format_time(key.created_at_ms),
            expires_at: key.expires_at_ms.map(format_time),
            last_used_at: key.last_used_at_ms.map(format_time),
            revoked_at: key.revoked_at_ms.map(format_time),
        }
    }
}

impl From<Me> for Account {
    fn from(me: Me) -> Self {
        // The one made at registration is the oldest that still works.
        let active = me.keys.iter().rev().find(|k| k.revoked_at_ms.is_none());
        Self {
            api_key: active.map(masked),
            user_id: me.user.id.to_string(),
            email: me.user.email,
            name: me.user.name,
            plan: me.workspace.plan.as_str(),
            api_keys: me.keys.iter().map(Into::into).collect(),
            created_at: format_time(me.user.created_at_ms),
        }
    }
}
