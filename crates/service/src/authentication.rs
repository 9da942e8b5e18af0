//! Turning a session, a token or a key into an [`Actor`].

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use model::{UserId, WorkspaceId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::api_keys::FoundKey;
use store::sessions::Session;
use store::{sessions, workspaces};

use crate::api_keys::network;
use crate::secrets::{is_api_key, random_token, sha256_hex};
use crate::{
    Actor, Client, Error, Factor, FirstStep, LoggedIn, NewUser, Registered, Services,
    SigningPurpose, Via, Who,
};

/// How long a signed token is good for, in seconds.
pub const TOKEN_TTL_S: i64 = 3_600;
const AUDIENCE: &str = "surety-api";
const SESSION_KIND: &str = "token";
/// `last_used_at` is written at most once in this time.
const TOUCH_EVERY: Duration = Duration::from_secs(60);

/// Keys by the SHA-256 of their secret. At most a second old, so that a key revoked by another process stops there
/// too; a write in this process drops what it changed at once.
pub(crate) struct KeyCache {
    found: moka::sync::Cache<[u8; 32], Arc<KnownKey>>,
    touched: moka::sync::Cache<String, ()>,
}

/// A key with the networks that it can be used from.
struct KnownKey {
    found: FoundKey,
    networks: Vec<IpNet>,
}

impl KnownKey {
    fn of(found: FoundKey) -> Self {
        // A network that cannot be read any more opens nothing, and neither does a list of such.
        let networks = found.key.allowed_ips.iter().filter_map(|n| network(n)).collect();
        Self { found, networks }
    }

    fn allows(&self, from: IpAddr) -> bool {
        self.found.key.allowed_ips.is_empty()
            || (!from.is_unspecified() && self.networks.iter().any(|n| n.contains(&from)))
    }
}

impl KeyCache {
    pub(crate) fn new() -> Self {
        Self {
            found: moka::sync::Cache::builder()
                .max_capacity(10_000)
                .time_to_live(Duration::from_secs(1))
                .build(),
            touched: moka::sync::Cache::builder()
                .max_capacity(10_000)
                .time_to_live(TOUCH_EVERY)
                .build(),
        }
    }

    pub(crate) fn clear(&self) {
        self.found.invalidate_all();
    }
}

/// A signed token with the seconds it is good for.
pub struct Token {
    /// A JWT, for `Authorization: Bearer`.
    pub token: String,
    /// Seconds.
    pub expires_in: i64,
}

#[derive(Clone, Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    sid: String,
    ws: String,
    iat: i64,
    exp: i64,
}

const BAD_TOKEN: &str = "The token is missing, expired or not ours.";
const ENDING: &str = "The account that the API key belongs to is about to be deleted.";
const CHANGED: &str = "The password or a second factor was changed meanwhile. Sign in again.";
const BAD_CODE: &str = "The code is wrong or was used already.";
const BAD_KEY: &str = "The API key is missing, revoked, expired or not ours.";

impl Services {
    /// Signs a token for a person who just proved who they are. It ends with its session, at the latest after an hour.
    async fn issue_token(
        &self,
        LoggedIn { user, workspace, mark }: &LoggedIn,
        client: &Client,
    ) -> Result<Token, Error> {
        let now_ms = self.now_ms();
        let sid = random_token(self.entropy());
        let session = Session {
            id_hash: sha256_hex(&[sid.as_bytes()]),
            kind: SESSION_KIND.to_owned(),
            user_id: Some(user.id.clone()),
            workspace_id: Some(workspace.id.clone()),
            data: String::new(),
            created_at_ms: now_ms,
            last_seen_at_ms: now_ms,
            expires_at_ms: now_ms + TOKEN_TTL_S * 1000,
            device: client.device.clone(),
            network: client.network.clone(),
        };
        let mut tx = self.store().begin().await?;
        if let Some(mark) = mark
            && !self.mark_holds(&mut tx, &user.id, mark).await?
        {
            return Err(Error::Unauthenticated { why: CHANGED });
        }
        sessions::insert(&mut tx, &session).await?;
        let claims = Claims {
            iss: self.public_url().to_owned(),
            sub: user.id.as_str().to_owned(),
            aud: AUDIENCE.to_owned(),
            sid,
            ws: workspace.id.as_str().to_owned(),
            iat: now_ms / 1000,
            exp: now_ms / 1000 + TOKEN_TTL_S,
        };
        let token = self.sign(&mut tx, SigningPurpose::Tokens, &claims).await?;
        tx.commit().await?;
        Ok(Token { token, expires_in: TOKEN_TTL_S })
    }

    /// Who a bearer token speaks for.
    pub async fn authenticate_token(&self, token: &str) -> Result<Actor, Error> {
        let refused = || Error::Unauthenticated { why: BAD_TOKEN };
        let verified = self.verify(SigningPurpose::Tokens, (token, AUDIENCE)).await?;
        let (claims, _): (Claims, _) = verified.ok_or_else(refused)?;
        let now_ms = self.now_ms();
        if claims.exp * 1000 <= now_ms {
            return Err(refused());
        }
        let mut conn = self.store().read().await?;
        let id_hash = sha256_hex(&[claims.sid.as_bytes()]);
        let session = sessions::get(&mut conn, &id_hash, now_ms).await?.ok_or_else(refused)?;
        let (Some(user), Some(workspace)) = (session.user_id, session.workspace_id) else {
            return Err(refused());
        };
        drop(conn);
        self.note_session_use(id_hash, String::new());
        let actor = self.member(&workspace, &user, Via::Token).await?.ok_or_else(refused)?;
        // Nothing of what is left to such a person is done with a token.
        actor.require_set_up()?;
        Ok(actor)
    }

    /// The person behind a browser session, if still a member of the workspace; refused while it is suspended.
    /// `proved_at_ms` is when the person last gave the password or a factor in it.
    pub async fn authenticate_session(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        proved_at_ms: Option<i64>,
    ) -> Result<Option<Actor>, Error> {
        let member = self.member(workspace, user, Via::Session).await?;
        Ok(member.map(|actor| Actor { proved_at_ms, ..actor }))
    }

    async fn member(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        via: Via,
    ) -> Result<Option<Actor>, Error> {
        let mut conn = self.store().read().await?;
        let member = workspaces::get_member(&mut conn, workspace, user).await?;
        let factor_missing = match &member {
            Some(member) => self.factor_missing(&mut conn, &member.user).await?,
            None => false,
        };
        drop(conn);
        if member.is_some() {
            let standing = self.refuse_suspended(workspace).await?;
            // It is being taken away under their hands.
            if standing.deletion.is_some_and(|deletion| deletion.due_at_ms <= self.now_ms()) {
                return Ok(None);
            }
        }
        Ok(member.map(|m| Actor {
            who: Who::User { id: m.user.id, role: m.role, operator: m.user.operator },
            workspace_id: m.workspace.id,
            plan: m.workspace.plan,
            via,
            proved_at_ms: None,
            factor_missing,
        }))
    }

    /// Who an API key speaks for, used from an address; [`IpAddr`]'s unspecified one stands for an unknown address,
    /// which no list of networks admits.
    pub async fn authenticate_key(&self, secret: &str, from: IpAddr) -> Result<Actor, Error> {
        let refused = || Error::Unauthenticated { why: BAD_KEY };
        if !is_api_key(secret) {
            return Err(refused());
        }
        let hash: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
        let known = match self.0.keys.found.get(&hash) {
            Some(known) => known,
            // Boxed, as on the other ways to the database that a cache makes rare: every request would carry their room.
            None => Box::pin(self.read_key(hash)).await?,
        };
        let (found, from, now_ms) = (&known.found, from.to_canonical(), self.now_ms());
        if !found.key.active(now_ms) {
            return Err(refused());
        }
        if !known.allows(from) {
            return Err(Error::AddressForbidden { address: from });
        }
        if self.refuse_suspended(&found.workspace_id).await?.deletion.is_some() {
            return Err(Error::Unauthenticated { why: ENDING });
        }
        self.touch_key(found, from, now_ms);
        Ok(Actor {
            who: Who::Key {
                id: found.key.id.clone(),
                permissions: found.key.permissions,
                agent: found.key.agent_id.clone(),
            },
            workspace_id: found.workspace_id.clone(),
            plan: found.plan,
            via: Via::ApiKey,
            proved_at_ms: None,
            factor_missing: false,
        })
    }

    async fn read_key(&self, hash: [u8; 32]) -> Result<Arc<KnownKey>, Error> {
        let mut conn = self.store().read().await?;
        let found = store::api_keys::get_by_hash(&mut conn, &hex::encode(hash)).await?;
        let found = found.ok_or(Error::Unauthenticated { why: BAD_KEY })?;
        let known = Arc::new(KnownKey::of(found));
        self.0.keys.found.insert(hash, Arc::clone(&known));
        Ok(known)
    }

    /// Notes the use of a key, beside the request rather than in its way.
    fn touch_key(&self, found: &FoundKey, from: IpAddr, now_ms: i64) {
        let id = found.key.id.clone();
        if self.0.keys.touched.contains_key(id.as_str()) {
            return;
        }
        self.0.keys.touched.insert(id.as_str().to_owned(), ());
        let (services, workspace) = (self.clone(), found.workspace_id.clone());
        let ip = (!from.is_unspecified()).then(|| from.to_string());
        tokio::spawn(async move {
            let noted = async {
                let mut tx = services.store().begin().await?;
                store::api_keys::update_last_used(
                    &mut tx,
                    &workspace,
                    &id,
                    (now_ms, ip.as_deref()),
                )
                .await?;
                tx.commit().await
            };
            if let Err(error) = noted.await {
                tracing::warn!(%error, key_id = %id, "the use of key {id} was not noted");
            }
        });
    }
}

impl Services {
    /// Registers and signs in at once.
    pub async fn register_with_token(
        &self,
        new: NewUser,
        client: &Client,
    ) -> Result<(Registered, Token), Error> {
        let registered = self.register(new).await?;
        let (user, workspace) = (registered.user.clone(), registered.workspace.clone());
        let who = LoggedIn::registered(user, workspace);
        let token = self.issue_token(&who, client).await?;
        Ok((registered, token))
    }

    /// Checks e-mail address and password, and `code` where the person has a second factor; signs a token. Whoever must
    /// have one and has none is refused with [`Error::FactorMissing`].
    pub async fn log_in_with_token(
        &self,
        (email, password): (&str, &str),
        code: Option<&str>,
        (from, client): (IpAddr, &Client),
    ) -> Result<Token, Error> {
        let who = match (self.log_in(email, password, from).await?, code) {
            (FirstStep::Done(who), _) => who,
            (FirstStep::Pending(pending), Some(code)) => {
                let entered = self.finish_log_in(&pending, Factor::Code(code)).await;
                entered.map_err(|error| match error {
                    Error::Invalid(_) => Error::Unauthenticated { why: BAD_CODE },
                    other => other,
                })?
            }
            (FirstStep::Pending(_), None) => return Err(Error::FactorNeeded),
        };
        self.refuse_without_factor(&who.user).await?;
        self.issue_token(&who, client).await
    }
}
