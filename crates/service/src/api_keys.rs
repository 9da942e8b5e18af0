//! API keys.

use std::net::IpAddr;

use ipnet::IpNet;
use model::{AgentId, ApiKey, ApiKeyId, ApiKeyState, DAY_MS, Overlap, Permissions};
use serde::{Deserialize, Serialize};
use store::{Conn, Tx, api_keys};

use crate::agents::find_agent;
use crate::secrets::{api_key_hint, new_api_key, sha256_hex};
use crate::{Actor, Capability, Error, Idempotency, Page, PageRequest, Rule, Services, text};

/// The longest time after which a key can be set to expire, in days.
pub const MAX_KEY_DAYS: i64 = 3_650;
/// Networks that one key can be limited to.
pub const MAX_KEY_NETWORKS: usize = 50;

const KEY_GONE: Error = Error::NotFound { what: "API key" };

/// A key to be made.
#[derive(Debug, Clone, Default)]
pub struct NewApiKey {
    /// What its owner calls it.
    pub name: String,
    /// What it may do; at least one thing.
    pub permissions: Permissions,
    /// The one agent that it can act for, by any of its ids; `None` for all of the workspace.
    pub agent: Option<String>,
    /// The addresses and networks that it can be used from (`203.0.113.7`, `2001:db8::/32`); empty for anywhere.
    pub allowed_ips: Vec<String>,
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

/// A key as the dashboard lists it.
#[derive(Debug, Clone)]
pub struct ApiKeyDetail {
    /// The key.
    pub key: ApiKey,
    /// What its state is now.
    pub state: ApiKeyState,
    /// The name of the one agent that it can act for; `None` for all, or when that agent is gone.
    pub agent_name: Option<String>,
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
        self.require_proof(actor)?;
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
        let allowed_ips = networks(&new.allowed_ips)?;
        let agent_id = match &new.agent {
            Some(id) => Some(find_agent(tx, actor, id).await?.id),
            None => None,
        };
        let now_ms = self.now_ms();
        let id = ApiKeyId::new(now_ms, self.entropy().bytes());
        let key = ApiKey {
            family_id: id.clone(),
            id,
            name,
            hint: String::new(),
            permissions: new.permissions,
            agent_id,
            allowed_ips,
            created_at_ms: now_ms,
            expires_at_ms: new.expires_in_days.map(|days| now_ms + days * DAY_MS),
            last_used_at_ms: None,
            last_used_ip: None,
            replaced_by: None,
            revoked_at_ms: None,
        };
        let issued = self.insert_secret(tx, actor, key).await?;
        let action = ("api_key.created", issued.key.id.as_str());
        self.audit(tx, actor, action, (None::<&()>, Some(&issued.key))).await?;
        self.emit(tx, &actor.workspace_id, action, &issued.key).await?;
        Ok(issued)
    }

    /// Draws the secret of a key and stores its hash.
    async fn insert_secret(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        mut key: ApiKey,
    ) -> Result<IssuedKey, Error> {
        let secret = new_api_key(self.entropy());
        key.hint = api_key_hint(&secret);
        let hash = sha256_hex(&[secret.as_bytes()]);
        api_keys::insert(tx, &actor.workspace_id, &key, &hash).await?;
        Ok(IssuedKey { key, secret: Some(secret) })
    }

    /// The workspace's keys, newest first, ended ones among them.
    pub async fn list_api_keys(
        &self,
        actor: &Actor,
        request: &PageRequest,
    ) -> Result<Page<ApiKeyDetail>, Error> {
        actor.require(Capability::Read)?;
        actor.require_all_agents()?;
        let before: Option<ApiKeyId> = request.before()?;
        let mut conn = self.store().read().await?;
        let before = before.as_ref().map(ApiKeyId::as_str);
        let keys = api_keys::list(&mut conn, &actor.workspace_id, before, request.fetch()).await?;
        let page = request.page(keys, |key| key.id.as_str().to_owned());
        let items = self.key_details(&mut conn, actor, page.items).await?;
        Ok(Page { items, next: page.next })
    }

    /// One key.
    pub async fn get_api_key(&self, actor: &Actor, id: &str) -> Result<ApiKeyDetail, Error> {
        actor.require(Capability::Read)?;
        actor.require_all_agents()?;
        let mut conn = self.store().read().await?;
        let key = api_keys::get(&mut conn, &actor.workspace_id, id).await?.ok_or(KEY_GONE)?;
        self.key_details(&mut conn, actor, vec![key]).await?.pop().ok_or(KEY_GONE)
    }

    async fn key_details(
        &self,
        conn: &mut Conn,
        actor: &Actor,
        keys: Vec<ApiKey>,
    ) -> Result<Vec<ApiKeyDetail>, Error> {
        let ids: Vec<&AgentId> = keys.iter().filter_map(|key| key.agent_id.as_ref()).collect();
        let names = if ids.is_empty() {
            Vec::new()
        } else {
            store::agents::list_names(conn, &actor.workspace_id, &ids).await?
        };
        let now_ms = self.now_ms();
        let name_of = |id: &AgentId| names.iter().find(|(of, _)| of == id).map(|(_, n)| n.clone());
        Ok(keys
            .into_iter()
            .map(|key| ApiKeyDetail {
                state: key.state(now_ms),
                agent_name: key.agent_id.as_ref().and_then(name_of),
                key,
            })
            .collect())
    }

    /// Replaces a key by one that may do the same, under the same name and until the same end. The old one works
    /// beside it for the overlap, and never longer than it would have.
    pub async fn rotate_api_key(
        &self,
        actor: &Actor,
        id: &str,
        overlap: Overlap,
        idempotency: Option<&Idempotency>,
    ) -> Result<IssuedKey, Error> {
        actor.require(Capability::ManageKeys)?;
        self.require_proof(actor)?;
        let mut tx = self.store().begin().await?;
        if let Some(done) = self.replay(&mut tx, actor, idempotency).await? {
            return Ok(done);
        }
        let old = api_keys::get(&mut tx, &actor.workspace_id, id).await?.ok_or(KEY_GONE)?;
        let now_ms = self.now_ms();
        let refused = |state| Error::invalid("key", Rule::NotRotatable(state));
        if old.replaced_by.is_some() {
            return Err(refused(ApiKeyState::Rotating));
        }
        if !old.active(now_ms) {
            return Err(refused(old.state(now_ms)));
        }
        let new = ApiKey {
            id: ApiKeyId::new(now_ms, self.entropy().bytes()),
            created_at_ms: now_ms,
            last_used_at_ms: None,
            last_used_ip: None,
            ..old.clone()
        };
        let issued = self.insert_secret(&mut tx, actor, new).await?;
        let until_ms = now_ms + overlap.ms();
        let ends_at_ms = old.expires_at_ms.map_or(until_ms, |end| end.min(until_ms));
        let pair = (&old.id, &issued.key.id);
        let times = (now_ms, ends_at_ms);
        if !api_keys::update_replaced(&mut tx, &actor.workspace_id, pair, times).await? {
            // Somebody else was faster since it was read.
            return Err(refused(ApiKeyState::Rotating));
        }
        let action = ("api_key.rotated", old.id.as_str());
        self.audit(&mut tx, actor, action, (Some(&old), Some(&issued.key))).await?;
        self.emit(&mut tx, &actor.workspace_id, action, &issued.key).await?;
        self.remember(&mut tx, actor, idempotency, &issued).await?;
        tx.commit().await?;
        self.0.keys.clear();
        Ok(issued)
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
        let key = api_keys::get(&mut tx, &actor.workspace_id, id).await?.ok_or(KEY_GONE)?;
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

/// Networks as they are stored: host bits cleared, each once, IPv4 never in the dress of IPv6.
fn networks(texts: &[String]) -> Result<Vec<String>, Error> {
    let mut networks = Vec::new();
    for text in texts.iter().map(|t| t.trim()).filter(|t| !t.is_empty()) {
        let network = network(text)
            .ok_or_else(|| Error::invalid("allowed_ips", Rule::NotANetwork(text.to_owned())))?;
        if !networks.contains(&network) {
            networks.push(network);
        }
    }
    if networks.len() > MAX_KEY_NETWORKS {
        return Err(Error::invalid("allowed_ips", Rule::TooMany(MAX_KEY_NETWORKS)));
    }
    Ok(networks.iter().map(IpNet::to_string).collect())
}

/// A network in CIDR notation, or a single address.
pub(crate) fn network(text: &str) -> Option<IpNet> {
    const MAPPED_BITS: u8 = 96;
    let network: IpNet = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).ok()?;
    let IpAddr::V4(v4) = network.addr().to_canonical() else { return Some(network.trunc()) };
    let bits = match network {
        IpNet::V4(_) => network.prefix_len(),
        IpNet::V6(_) => network.prefix_len().checked_sub(MAPPED_BITS)?,
    };
    IpNet::new(v4.into(), bits).ok().map(|network| network.trunc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_read_in_every_form_and_stored_in_one() {
        for (text, stored) in [
            ("203.0.113.7", "203.0.113.7/32"),
            ("203.0.113.7/24", "203.0.113.0/24"),
            ("2001:DB8::1", "2001:db8::1/128"),
            ("2001:db8::1/32", "2001:db8::/32"),
            ("::ffff:203.0.113.7", "203.0.113.7/32"),
            ("::ffff:203.0.113.7/120", "203.0.113.0/24"),
            ("0.0.0.0/0", "0.0.0.0/0"),
        ] {
            assert_eq!(network(text).unwrap().to_string(), stored, "{text}");
        }
        for wrong in [
            "",
            "203.0.113",
            "203.0.113.7/33",
            "2001:db8::/129",
            "localhost",
            "1.2.3.4/",
            "::ffff:1.2.3.4/64",
        ] {
            assert!(network(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_list_names_the_entry_that_is_wrong_and_has_an_end() {
        let texts = |list: &[&str]| list.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        let once = networks(&texts(&[" 10.0.0.1/8", "", "10.0.0.0/8"])).unwrap();
        assert_eq!(once, ["10.0.0.0/8"]);
        let error = networks(&texts(&["10.0.0.0/8", "home"])).unwrap_err().to_string();
        assert!(error.contains("home"), "{error}");
        let many: Vec<_> = (0..=50).map(|n| format!("10.0.0.{n}")).collect();
        assert!(networks(&many).is_err());
    }
}
