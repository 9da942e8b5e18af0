//! Every value that is sealed under the master key, so that it can be sealed under another one.

use crate::engine::on_db;
use crate::{Conn, Result, Tx};

/// Where sealed values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The keys that tokens and certificates are signed with.
    SigningKeys,
    /// The secrets that webhooks are signed with.
    WebhookSecrets,
    /// Those that they were signed with before.
    PreviousWebhookSecrets,
    /// What sessions remember.
    Sessions,
    /// What mails say that were not sent yet.
    Mails,
    /// What the codes of people's apps are made from.
    Totp,
}

impl Place {
    /// Every place.
    pub const ALL: [Self; 6] = [
        Self::SigningKeys,
        Self::WebhookSecrets,
        Self::PreviousWebhookSecrets,
        Self::Sessions,
        Self::Mails,
        Self::Totp,
    ];

    const fn list(self) -> &'static str {
        match self {
            Self::SigningKeys => {
                "SELECT id, '' AS owner, purpose, sealed_secret FROM signing_keys
                 WHERE id > $1 AND sealed_secret <> '' ORDER BY id LIMIT $2"
            }
            Self::WebhookSecrets => {
                "SELECT id, workspace_id, '', sealed_secret FROM webhook_endpoints
                 WHERE id > $1 AND sealed_secret <> '' ORDER BY id LIMIT $2"
            }
            Self::PreviousWebhookSecrets => {
                "SELECT id, workspace_id, '', previous_secret FROM webhook_endpoints
                 WHERE id > $1 AND previous_secret <> '' ORDER BY id LIMIT $2"
            }
            Self::Sessions => {
                "SELECT id_hash, '', '', data FROM sessions WHERE id_hash > $1 AND data <> '' ORDER BY id_hash LIMIT $2"
            }
            Self::Mails => {
                "SELECT id, '', '', sealed_letter FROM mails WHERE id > $1 AND sealed_letter <> '' ORDER BY id LIMIT $2"
            }
            Self::Totp => {
                "SELECT user_id, '', '', sealed_secret FROM totp WHERE user_id > $1 ORDER BY user_id LIMIT $2"
            }
        }
    }

    const fn update(self) -> &'static str {
        match self {
            Self::SigningKeys => {
                "UPDATE signing_keys SET sealed_secret = $3 WHERE id = $1 AND $2 = ''"
            }
            Self::WebhookSecrets => {
                "UPDATE webhook_endpoints SET sealed_secret = $3 WHERE id = $1 AND workspace_id = $2"
            }
            Self::PreviousWebhookSecrets => {
                "UPDATE webhook_endpoints SET previous_secret = $3 WHERE id = $1 AND workspace_id = $2"
            }
            Self::Sessions => "UPDATE sessions SET data = $3 WHERE id_hash = $1 AND $2 = ''",
            Self::Mails => "UPDATE mails SET sealed_letter = $3 WHERE id = $1 AND $2 = ''",
            Self::Totp => "UPDATE totp SET sealed_secret = $3 WHERE user_id = $1 AND $2 = ''",
        }
    }
}

/// A sealed value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The id of its row.
    pub id: String,
    /// The workspace of its row, where it has one.
    pub owner: String,
    /// What a signing key is for; empty elsewhere.
    pub purpose: String,
    /// The value.
    pub value: String,
}

/// The next `limit` sealed values of a place after this id.
pub async fn list(conn: &mut Conn, place: Place, after: &str, limit: i64) -> Result<Vec<Sealed>> {
    let rows: Vec<(String, String, String, String)> = on_db!(conn, c => sqlx::query_as(place.list())
        .bind(after)
        .bind(limit)
        .fetch_all(c)
        .await)?;
    let sealed = |(id, owner, purpose, value)| Sealed { id, owner, purpose, value };
    Ok(rows.into_iter().map(sealed).collect())
}

/// Puts a value in the place of one that was listed.
pub async fn update(tx: &mut Tx, place: Place, sealed: &Sealed) -> Result<()> {
    on_db!(tx, c => sqlx::query(place.update())
        .bind(&sealed.id)
        .bind(&sealed.owner)
        .bind(&sealed.value)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
