//! What a browser's session remembers. The cookie holds the id, the database its hash and the data sealed.

use model::{UserId, WorkspaceId};
use store::sessions::{self, Session};

use crate::secrets::sha256_hex;
use crate::{Error, Services};

const PURPOSE: &str = "session";
const KIND: &str = "browser";

/// A browser's session.
#[derive(Debug, Clone)]
pub struct BrowserSession {
    /// The secret id in the cookie.
    pub id: String,
    /// Who is signed in, if anybody.
    pub user_id: Option<UserId>,
    /// The workspace that is acted on.
    pub workspace_id: Option<WorkspaceId>,
    /// What it remembers.
    pub data: String,
    /// When it ends (Unix milliseconds).
    pub expires_at_ms: i64,
}

impl Services {
    /// Adds a session; `false` if the id is taken.
    pub async fn create_session(&self, session: &BrowserSession) -> Result<bool, Error> {
        let row = self.session_row(session)?;
        let mut tx = self.store().begin().await?;
        let created = sessions::insert(&mut tx, &row).await?;
        tx.commit().await?;
        Ok(created)
    }

    /// Writes what a session remembers.
    pub async fn save_session(&self, session: &BrowserSession) -> Result<(), Error> {
        let row = self.session_row(session)?;
        let mut tx = self.store().begin().await?;
        sessions::upsert(&mut tx, &row).await?;
        Ok(tx.commit().await?)
    }

    /// The session with this id, unless it has ended.
    pub async fn load_session(&self, id: &str) -> Result<Option<BrowserSession>, Error> {
        let hash = sha256_hex(&[id.as_bytes()]);
        let found = sessions::get(&mut self.store().read().await?, &hash, self.now_ms()).await?;
        let Some(row) = found.filter(|row| row.kind == KIND) else { return Ok(None) };
        let data = self.0.vault.open(PURPOSE, &row.data)?;
        Ok(Some(BrowserSession {
            id: id.to_owned(),
            user_id: row.user_id,
            workspace_id: row.workspace_id,
            data: String::from_utf8(data).map_err(Error::internal)?,
            expires_at_ms: row.expires_at_ms,
        }))
    }

    /// Ends a session.
    pub async fn delete_session(&self, id: &str) -> Result<(), Error> {
        let mut tx = self.store().begin().await?;
        sessions::delete(&mut tx, &sha256_hex(&[id.as_bytes()])).await?;
        Ok(tx.commit().await?)
    }

    /// Removes what nobody can use any more: ended sessions, outcomes beyond their window. For a worker.
    pub async fn sweep(&self) -> Result<(), Error> {
        let now_ms = self.now_ms();
        let mut tx = self.store().begin().await?;
        sessions::delete_expired(&mut tx, now_ms).await?;
        let before = now_ms - crate::idempotency::WINDOW_MS;
        store::idempotency::delete_before(&mut tx, before).await?;
        Ok(tx.commit().await?)
    }

    fn session_row(&self, session: &BrowserSession) -> Result<Session, Error> {
        let now_ms = self.now_ms();
        Ok(Session {
            id_hash: sha256_hex(&[session.id.as_bytes()]),
            kind: KIND.to_owned(),
            user_id: session.user_id.clone(),
            workspace_id: session.workspace_id.clone(),
            data: self.0.vault.seal(self.entropy(), PURPOSE, session.data.as_bytes())?,
            created_at_ms: now_ms,
            last_seen_at_ms: now_ms,
            expires_at_ms: session.expires_at_ms,
        })
    }
}
