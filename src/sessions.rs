//! Browser sessions: tower-sessions over the service.

use app::server::{SESSION_DEVICE, SESSION_NETWORK};
use async_trait::async_trait;
use model::{UserId, WorkspaceId};
use service::{BrowserSession, Client, Services};
use time::{Duration, OffsetDateTime};
use tower_sessions::cookie::SameSite;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{Expiry, SessionManagerLayer, SessionStore};

/// Session key: the id of the signed-in user.
pub const USER_ID: &str = "user_id";
/// Session key: the id of the workspace that is acted on.
pub const WORKSPACE_ID: &str = "workspace_id";
/// Session key: when the person last gave the password or a factor.
pub use app::server::SESSION_PROVED as PROVED_AT;
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
    let https = services.public_url().starts_with("https://");
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
    Ok(BrowserSession {
        id: record.id.to_string(),
        user_id: text(USER_ID).map(UserId::from_stored),
        workspace_id: text(WORKSPACE_ID).map(WorkspaceId::from_stored),
        client: Client {
            device: text(SESSION_DEVICE).unwrap_or_default(),
            network: text(SESSION_NETWORK).unwrap_or_default(),
        },
        data: serde_json::to_string(&record.data).map_err(|e| Error::Encode(e.to_string()))?,
        expires_at_ms: i64::try_from(record.expiry_date.unix_timestamp_nanos() / 1_000_000)
            .map_err(|e| Error::Encode(e.to_string()))?,
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
        while !self.0.create_session(&session(record)?).await.map_err(backend)? {
            record.id = Id::default();
        }
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
                Ok(Record {
                    id: *id,
                    data: serde_json::from_str(&found.data).map_err(|e| decode(e.to_string()))?,
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
