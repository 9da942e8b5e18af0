//! Browser sessions: tower-sessions over the service.

use std::collections::{BTreeMap, HashMap};

use app::server::{SESSION_CAME_BY, SESSION_DEVICE, SESSION_MARK, SESSION_NETWORK};
use async_trait::async_trait;
use model::{UserId, WorkspaceId};
use service::{BrowserSession, Client, Services, SessionOrigin, SessionStart};
use time::{Duration, OffsetDateTime};
use tower_sessions::cookie::SameSite;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{Expiry, SessionManagerLayer, SessionStore};

pub use app::server::{
    SESSION_PROVED as PROVED_AT, SESSION_USER as USER_ID, SESSION_WORKSPACE as WORKSPACE_ID,
};

/// Days that a browser keeps the cookie. When the session behind it ends, the service decides.
const COOKIE_DAYS: i64 = 90;

/// Keeps sessions in the instance's database.
#[derive(Clone)]
pub struct Store(Services);

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

/// The name of the session cookie.
pub fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-session" } else { "session" }
}

/// The layer that reads and writes the session cookie.
pub fn layer(services: &Services) -> SessionManagerLayer<Store> {
    let https = services.is_https();
    SessionManagerLayer::new(Store(services.clone()))
        .with_name(cookie_name(https))
        .with_secure(https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(Duration::days(COOKIE_DAYS)))
}

fn session(record: &Record) -> Result<BrowserSession> {
    let text = |key: &str| record.data.get(key).and_then(|v| v.as_str()).map(str::to_owned);
    let kept = |key: &&String| ![SESSION_CAME_BY, SESSION_MARK].contains(&key.as_str());
    let data: BTreeMap<_, _> = record.data.iter().filter(|(key, _)| kept(key)).collect();
    Ok(BrowserSession {
        id: record.id.to_string(),
        user_id: text(USER_ID).map(UserId::from_stored),
        workspace_id: text(WORKSPACE_ID).map(WorkspaceId::from_stored),
        client: Client {
            device: text(SESSION_DEVICE).unwrap_or_default(),
            network: text(SESSION_NETWORK).unwrap_or_default(),
        },
        data: serde_json::to_string(&data).map_err(|e| Error::Encode(e.to_string()))?,
        expires_at_ms: i64::try_from(record.expiry_date.unix_timestamp_nanos() / 1_000_000)
            .map_err(|e| Error::Encode(e.to_string()))?,
    })
}

fn origin(record: &Record) -> Result<SessionOrigin> {
    let mark = record.data.get(SESSION_MARK).cloned().map(serde_json::from_value).transpose();
    Ok(SessionOrigin {
        mark: mark.map_err(|e| Error::Decode(e.to_string()))?,
        renews: record.data.get(SESSION_CAME_BY).and_then(|id| id.as_str()).map(str::to_owned),
    })
}

fn backend(error: service::Error) -> Error {
    // The cause, not the sentence for users: this goes to the log.
    match error {
        service::Error::Internal(cause) => Error::Backend(cause.to_string()),
        other => Error::Backend(other.to_string()),
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let origin = origin(record)?;
        loop {
            let started = self.0.create_session(&session(record)?, &origin).await;
            match started.map_err(backend)? {
                SessionStart::Begun => break,
                SessionStart::Taken => record.id = Id::default(),
                // Goes on as nobody's: the next page asks who is there.
                SessionStart::Ended => {
                    for key in [USER_ID, WORKSPACE_ID, PROVED_AT] {
                        record.data.remove(key);
                    }
                }
            }
        }
        record.data.remove(SESSION_MARK);
        record.data.insert(SESSION_CAME_BY.to_owned(), record.id.to_string().into());
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.0.save_session(&session(record)?).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let found = self.0.load_session(&id.to_string()).await.map_err(backend)?;
        found
            .map(|found| {
                let decode = |e: String| Error::Decode(e);
                let mut data: HashMap<String, serde_json::Value> =
                    serde_json::from_str(&found.data).map_err(|e| decode(e.to_string()))?;
                data.insert(SESSION_CAME_BY.to_owned(), id.to_string().into());
                Ok(Record {
                    id: *id,
                    data,
                    expiry_date: OffsetDateTime::from_unix_timestamp_nanos(
                        i128::from(found.expires_at_ms) * 1_000_000,
                    )
                    .map_err(|e| decode(e.to_string()))?,
                })
            })
            .transpose()
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.0.delete_session(&id.to_string()).await.map_err(backend)
    }
}
