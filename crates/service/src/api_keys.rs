//! API keys.

use model::{ApiKey, ApiKeyId, DAY_MS, Permissions};
use serde::{Deserialize, Serialize};
use store::{Tx, api_keys};

use crate::secrets::{api_key_hint, new_api_key, sha256_hex};
use crate::{Actor, Capability, Error, Idempotency, Rule, Services, text};

/// The longest time after which a key can be set to expire, in days.
pub const MAX_KEY_DAYS: i64 = 3_650;
/// Keys that are listed at most.
const LISTED: i64 = 200;

/// A key to be made.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// What its owner calls it.
    pub name: String,
    /// What it may do; at least one thing.
    pub permissions: Permissions,
    /// After how many days it stops working; `None` for never.
    pub expires_in_days: Option<i64>,
}

/// A key that was just made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IssuedKey {
    /// What can be shown again.
    pub key: ApiKey,
    /// What cannot. `None` when the answer to an earlier request is replayed.
    #[serde(skip)]
    pub secret: Option<String>,
}

impl Services {
    /// Makes a key. Its secret is in the answer and nowhere else.
    pub async fn create_api_key(
        &self,
        actor: &Actor,
        new: NewApiKey,
        idempotency: Option<&Idempotency>,
    ) -> Result<IssuedKey, Error> {
        actor.require(Capability::ManageKeys)?;
        let mut tx = self.store().begin().await?;
        if let Some(done) = self.replay(&mut tx, actor, idempotency).await? {
            return Ok(done);
        }
        let issued = self.insert_api_key(&mut tx, actor, new).await?;
        self.remember(&mut tx, actor, idempotency, &issued).await?;
        tx.commit().await?;
        Ok(issued)
    }

    pub(crate) async fn insert_api_key(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        new: NewApiKey,
    ) -> Result<IssuedKey, Error> {
        let name = text::name("name", &new.name)?;
        if new.permissions.is_empty() {
            return Err(Error::invalid("permissions", Rule::Required));
        }
        if new.expires_in_days.is_some_and(|days| !(1..=MAX_KEY_DAYS).contains(&days)) {
            return Err(Error::invalid("expires_in_days", Rule::Days(MAX_KEY_DAYS)));
        }
        let now_ms = self.now_ms();
        let secret = new_api_key(self.entropy());
        let key = ApiKey {
            id: ApiKeyId::new(now_ms, self.entropy().bytes()),
            name,
            hint: api_key_hint(&secret),
            permissions: new.permissions,
            created_at_ms: now_ms,
            expires_at_ms: new.expires_in_days.map(|days| now_ms + days * DAY_MS),
            last_used_at_ms: None,
            revoked_at_ms: None,
        };
        api_keys::insert(tx, &actor.workspace_id, &key, &sha256_hex(&[secret.as_bytes()])).await?;
        let action = ("api_key.created", key.id.as_str());
        self.audit(tx, actor, action, (None::<&()>, Some(&key))).await?;
        self.emit(tx, &actor.workspace_id, action, &key).await?;
        Ok(IssuedKey { key, secret: Some(secret) })
    }

    /// The workspace's keys, newest first, revoked ones among them.
    pub async fn list_api_keys(&self, actor: &Actor) -> Result<Vec<ApiKey>, Error> {
        actor.require(Capability::Read)?;
        let mut conn = self.store().read().await?;
        Ok(api_keys::list(&mut conn, &actor.workspace_id, LISTED).await?)
    }

    /// Ends a key at once. Revoking twice keeps the first time.
    pub async fn revoke_api_key(
        &self,
        actor: &Actor,
        id: &str,
        idempotency: Option<&Idempotency>,
    ) -> Result<ApiKey, Error> {
        actor.require(Capability::ManageKeys)?;
        let mut tx = self.store().begin().await?;
        if let Some(done) = self.replay(&mut tx, actor, idempotency).await? {
            return Ok(done);
        }
        let key = api_keys::get(&mut tx, &actor.workspace_id, id)
            .await?
            .ok_or(Error::NotFound { what: "API key" })?;
        let now_ms = self.now_ms();
        let newly = api_keys::update_revoked(&mut tx, &actor.workspace_id, &key.id, now_ms).await?;
        let revoked = ApiKey { revoked_at_ms: key.revoked_at_ms.or(Some(now_ms)), ..key.clone() };
        if newly {
            let action = ("api_key.revoked", key.id.as_str());
            self.audit(&mut tx, actor, action, (Some(&key), Some(&revoked))).await?;
            self.emit(&mut tx, &actor.workspace_id, action, &revoked).await?;
        }
        self.remember(&mut tx, actor, idempotency, &revoked).await?;
        tx.commit().await?;
        self.0.keys.clear();
        Ok(revoked)
    }
}
