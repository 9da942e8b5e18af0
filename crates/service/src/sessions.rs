//! What a browser's session remembers. The cookie holds the id, the database its hash and the data sealed.

use std::net::IpAddr;
use std::time::Duration;

use model::{DAY_MS, UserId, WorkspaceId};
use store::sessions::{self, Session, SessionUse};
use store::{Tx, users};

use crate::secrets::sha256_hex;
use crate::{Actor, Client, Error, Services, SignInMark, client};

pub(crate) const PURPOSE: &str = "session";
const KIND: &str = "browser";
/// How long a browser's session holds without use.
const IDLE_MS: i64 = 30 * DAY_MS;
/// How long one without a person holds: a message for the next page, a form that came too late, half a log-in.
const STRANGER_MS: i64 = 3_600_000;
/// How long it holds at most.
const MAX_AGE_MS: i64 = 90 * DAY_MS;
/// A use is noted at most once in this time.
const SEEN_EVERY: Duration = Duration::from_secs(60);
/// Sessions that are listed at most.
const LISTED: i64 = 200;

/// When the use of a session was noted last, by its hashed id.
pub(crate) struct SeenCache(moka::sync::Cache<String, i64>);

impl SeenCache {
    pub(crate) fn new() -> Self {
        Self(moka::sync::Cache::builder().max_capacity(10_000).time_to_live(SEEN_EVERY).build())
    }
}

/// A browser's session.
#[derive(Debug, Clone)]
pub struct BrowserSession {
    /// The secret id in the cookie.
    pub id: String,
    /// Who is signed in, if anybody.
    pub user_id: Option<UserId>,
    /// The workspace that is acted on.
    pub workspace_id: Option<WorkspaceId>,
    /// What it was begun with, and the network that it was last used from.
    pub client: Client,
    /// What it remembers.
    pub data: String,
    /// When it ends (Unix milliseconds). Set by the service: 30 days after the last use, 90 after the first.
    pub expires_at_ms: i64,
}

/// What a browser's session comes from.
#[derive(Debug, Clone, Default)]
pub struct SessionOrigin {
    /// That somebody proved who they are just now.
    pub mark: Option<SignInMark>,
    /// The id that the session had before, if it had one.
    pub renews: Option<String>,
}

/// What became of a session that was to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionStart {
    /// It has begun.
    Begun,
    /// The id is taken.
    Taken,
    /// All sessions of the person were ended while this one was on its way, or what the person proved who they are with
    /// has changed: it must not begin with that person.
    Ended,
}

/// What a session was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    /// A browser that signed in.
    Browser,
    /// A signed token for the APIs.
    Token,
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionInfo {
    /// Names it to [`Services::revoke_session`]; opens nothing.
    pub handle: String,
    /// What it was made for.
    pub kind: SessionKind,
    /// Whether the list was asked for through it.
    pub current: bool,
    /// What it was begun with, and the network that it was last used from.
    pub client: Client,
    /// When it began (Unix milliseconds).
    pub created_at_ms: i64,
    /// When it was last used, to the minute (Unix milliseconds).
    pub last_seen_at_ms: i64,
    /// When it ends without further use (Unix milliseconds).
    pub expires_at_ms: i64,
}

/// What a session is called towards its owner. One-way: neither the id nor its hash can be told from it.
fn handle(id_hash: &str) -> String {
    let mut handle = sha256_hex(&[b"session handle", id_hash.as_bytes()]);
    handle.truncate(24);
    handle
}

/// What the database knows a session by.
pub(crate) fn hash_of(id: &str) -> String {
    sha256_hex(&[id.as_bytes()])
}

impl Services {
    /// Begins a session. One that goes on under another id keeps the day it began.
    pub async fn create_session(
        &self,
        session: &BrowserSession,
        origin: &SessionOrigin,
    ) -> Result<SessionStart, Error> {
        let row = self.session_row(session)?;
        let mut tx = self.store().begin().await?;
        let Some(created_at_ms) = self.beginning(&mut tx, session, origin).await? else {
            return Ok(SessionStart::Ended);
        };
        let expires_at_ms = row.expires_at_ms.min(created_at_ms + MAX_AGE_MS);
        let row = Session { created_at_ms, expires_at_ms, ..row };
        if !sessions::insert(&mut tx, &row).await? {
            return Ok(SessionStart::Taken);
        }
        tx.commit().await?;
        Ok(SessionStart::Begun)
    }

    /// When a session began that is about to be added; `None`: it must not be.
    async fn beginning(
        &self,
        tx: &mut Tx,
        session: &BrowserSession,
        origin: &SessionOrigin,
    ) -> Result<Option<i64>, Error> {
        let now_ms = self.now_ms();
        if let Some(user) = &session.user_id
            && !users::lock(tx, user).await?
        {
            return Ok(None);
        }
        let earlier = match &origin.renews {
            Some(id) => Some(sessions::take(tx, &hash_of(id)).await?),
            None => None,
        };
        let Some(user) = &session.user_id else { return Ok(Some(now_ms)) };
        if let Some(mark) = &origin.mark {
            return Ok(self.mark_holds(tx, user, mark).await?.then_some(now_ms));
        }
        Ok(match earlier {
            // An account that was just made, in a browser without a session.
            None => Some(now_ms),
            Some(None) => None,
            Some(Some((before, began_at_ms))) => {
                Some(if before.as_ref() == Some(user) { began_at_ms } else { now_ms })
            }
        })
    }

    /// Writes what a session remembers. A session that was ended meanwhile stays ended.
    pub async fn save_session(&self, session: &BrowserSession) -> Result<(), Error> {
        let row = self.session_row(session)?;
        let mut tx = self.store().begin().await?;
        sessions::update(&mut tx, &row, MAX_AGE_MS).await?;
        Ok(tx.commit().await?)
    }

    /// Notes that a browser's session is in use from an address, which keeps it from ending; beside the request rather
    /// than in its way, and at most once a minute.
    pub fn touch_session(&self, id: &str, from: IpAddr) {
        self.note_session_use(hash_of(id), client::network(from));
    }

    pub(crate) fn note_session_use(&self, id_hash: String, network: String) {
        let now_ms = self.now_ms();
        let every_ms = i64::try_from(SEEN_EVERY.as_millis()).unwrap_or(i64::MAX);
        if self.0.seen.0.get(&id_hash).is_some_and(|noted| now_ms - noted < every_ms) {
            return;
        }
        self.0.seen.0.insert(id_hash.clone(), now_ms);
        let services = self.clone();
        tokio::spawn(async move {
            let seen = SessionUse {
                at_ms: now_ms,
                every_ms,
                idle_ms: IDLE_MS,
                max_age_ms: MAX_AGE_MS,
                network: &network,
            };
            let noted = async {
                let mut tx = services.store().begin().await?;
                sessions::update_last_seen(&mut tx, &id_hash, seen).await?;
                tx.commit().await
            };
            if let Err(error) = noted.await {
                tracing::warn!(%error, "the use of a session was not noted");
            }
        });
    }

    /// The sessions of the signed-in person, browsers and tokens, the one with the id `current` first.
    pub async fn list_sessions(
        &self,
        actor: &Actor,
        current: Option<&str>,
    ) -> Result<Vec<SessionInfo>, Error> {
        let user = actor.require_person()?;
        let current = current.map(hash_of);
        let mut conn = self.store().read().await?;
        let rows = sessions::list_of_user(&mut conn, user, self.now_ms(), LISTED).await?;
        let mut all: Vec<_> = rows
            .into_iter()
            .map(|row| SessionInfo {
                handle: handle(&row.id_hash),
                kind: if row.kind == KIND { SessionKind::Browser } else { SessionKind::Token },
                current: current.as_ref() == Some(&row.id_hash),
                client: Client { device: row.device, network: row.network },
                created_at_ms: row.created_at_ms,
                last_seen_at_ms: row.last_seen_at_ms,
                expires_at_ms: row.expires_at_ms,
            })
            .collect();
        all.sort_by_key(|session| !session.current);
        Ok(all)
    }

    /// Ends one session of the signed-in person at once. Takes a proof of the last five minutes: whoever finds a browser
    /// open must not throw its owner out of the others.
    pub async fn revoke_session(&self, actor: &Actor, named: &str) -> Result<(), Error> {
        let user = actor.require_person()?;
        self.require_proof(actor)?;
        let mut tx = self.store().begin().await?;
        // It must not get another id between the list and its end.
        users::lock(&mut tx, user).await?;
        let rows = sessions::list_of_user(&mut tx, user, self.now_ms(), LISTED).await?;
        let row = rows
            .into_iter()
            .find(|row| handle(&row.id_hash) == named)
            .ok_or(Error::NotFound { what: "session" })?;
        sessions::delete(&mut tx, &row.id_hash).await?;
        let before = serde_json::json!({ "session": named, "kind": row.kind });
        let action = ("user.session_ended", user.as_str());
        let change = (Some(&before), None::<&()>);
        self.audit_change_of_user(&mut tx, user, actor.audited(), action, change).await?;
        Ok(tx.commit().await?)
    }

    /// Ends every session of the signed-in person but the one with the id `current`; how many there were. Takes a proof
    /// as [`Services::revoke_session`] does.
    pub async fn revoke_other_sessions(
        &self,
        actor: &Actor,
        current: Option<&str>,
    ) -> Result<u64, Error> {
        let user = actor.require_person()?;
        self.require_proof(actor)?;
        let mut tx = self.store().begin().await?;
        let keep = current.map(hash_of);
        // One that begins at this moment waits, or is ended too.
        users::lock(&mut tx, user).await?;
        let ended = sessions::delete_others(&mut tx, user, keep.as_deref()).await?;
        if ended > 0 {
            let before = serde_json::json!({ "sessions": ended });
            let action = ("user.sessions_ended", user.as_str());
            let change = (Some(&before), None::<&()>);
            self.audit_change_of_user(&mut tx, user, actor.audited(), action, change).await?;
        }
        tx.commit().await?;
        Ok(ended)
    }

    /// The session with this id, unless it has ended.
    pub async fn load_session(&self, id: &str) -> Result<Option<BrowserSession>, Error> {
        let found =
            sessions::get(&mut self.store().read().await?, &hash_of(id), self.now_ms()).await?;
        let Some(row) = found.filter(|row| row.kind == KIND) else { return Ok(None) };
        let data = self.0.vault.open(PURPOSE, &row.data)?;
        Ok(Some(BrowserSession {
            id: id.to_owned(),
            user_id: row.user_id,
            workspace_id: row.workspace_id,
            client: Client { device: row.device, network: row.network },
            data: String::from_utf8(data).map_err(Error::internal)?,
            expires_at_ms: row.expires_at_ms,
        }))
    }

    /// Ends a session. It can go on under another id by [`Services::create_session`], if nobody else ends it before.
    pub async fn delete_session(&self, id: &str) -> Result<(), Error> {
        let mut tx = self.store().begin().await?;
        sessions::update_ended(&mut tx, &hash_of(id)).await?;
        Ok(tx.commit().await?)
    }

    /// Removes what nobody can use any more: ended sessions, links, invitations and registrations with their mails, outcomes
    /// and failures beyond their window. For a worker.
    pub async fn sweep(&self) -> Result<(), Error> {
        let now_ms = self.now_ms();
        let swept = async {
            let mut tx = self.store().begin().await?;
            sessions::delete_expired(&mut tx, now_ms).await?;
            let before = now_ms - crate::idempotency::WINDOW_MS;
            store::idempotency::delete_before(&mut tx, before).await?;
            store::tokens::delete_expired(&mut tx, now_ms).await?;
            store::invitations::delete_expired(&mut tx, now_ms).await?;
            store::registrations::delete_expired(&mut tx, now_ms).await?;
            store::mails::delete_expired_of_nobody(&mut tx, now_ms).await?;
            self.forget_failures(&mut tx).await?;
            self.forget_token_keys(&mut tx).await?;
            tx.commit().await
        };
        let swept = swept.await;
        self.0.instance.swept(now_ms, swept.is_ok());
        Ok(swept?)
    }

    fn session_row(&self, session: &BrowserSession) -> Result<Session, Error> {
        let now_ms = self.now_ms();
        let holds_ms = if session.user_id.is_some() { IDLE_MS } else { STRANGER_MS };
        Ok(Session {
            id_hash: hash_of(&session.id),
            kind: KIND.to_owned(),
            user_id: session.user_id.clone(),
            workspace_id: session.workspace_id.clone(),
            data: self.0.vault.seal(self.entropy(), PURPOSE, session.data.as_bytes())?,
            created_at_ms: now_ms,
            last_seen_at_ms: now_ms,
            expires_at_ms: now_ms + holds_ms,
            device: session.client.device.clone(),
            network: session.client.network.clone(),
        })
    }
}
