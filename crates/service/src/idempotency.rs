//! Requests that may come twice and must count once.

use model::WorkspaceId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::idempotency::Remembered;

use crate::secrets::sha256_hex;
use crate::{Actor, Error, Rule, Services};

/// How long an outcome is remembered.
pub(crate) const WINDOW_MS: i64 = 24 * 60 * 60 * 1000;
const MAX_KEY: usize = 255;

/// A client's `Idempotency-Key`, bound to the request that it came with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Idempotency {
    pub(crate) scope: String,
    pub(crate) key: String,
    pub(crate) request_hash: String,
}

impl Idempotency {
    /// Binds a key to method, path and body. The key has 1 to 255 printable ASCII characters.
    pub fn new(key: &str, method: &str, path: &str, body: &[u8]) -> Result<Self, Error> {
        if key.is_empty() {
            return Err(Error::invalid("Idempotency-Key", Rule::Required));
        }
        if key.len() > MAX_KEY {
            return Err(Error::invalid("Idempotency-Key", Rule::TooLong(MAX_KEY)));
        }
        if !key.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(Error::invalid("Idempotency-Key", Rule::NotPrintable));
        }
        Ok(Self {
            scope: format!("{method} {path}"),
            key: key.to_owned(),
            request_hash: sha256_hex(&[body]),
        })
    }

    /// Reads back what was answered, or refuses because the key came with another request.
    pub(crate) fn replay<T: DeserializeOwned>(&self, found: &Remembered) -> Result<T, Error> {
        if found.request_hash != self.request_hash {
            return Err(mismatch());
        }
        serde_json::from_str(&found.outcome).map_err(Error::internal)
    }

    /// The same for this caller: one that is held to one agent shares no answers with others.
    pub(crate) fn of_caller(mut self, actor: &Actor) -> Self {
        if let Some(agent) = actor.only_agent() {
            self.scope = format!("{} {agent}", self.scope);
        }
        self
    }

    pub(crate) fn outcome_text(&self, actor: &Actor, outcome: String, at_ms: i64) -> Remembered {
        self.outcome_of(&actor.workspace_id, outcome, at_ms)
    }

    /// What to remember of a request whose work goes on without its actor.
    pub(crate) fn outcome_of(
        &self,
        workspace: &WorkspaceId,
        outcome: String,
        at_ms: i64,
    ) -> Remembered {
        Remembered {
            workspace_id: workspace.clone(),
            scope: self.scope.clone(),
            key: self.key.clone(),
            request_hash: self.request_hash.clone(),
            outcome,
            created_at_ms: at_ms,
        }
    }
}

pub(crate) fn mismatch() -> Error {
    Error::Conflict {
        field: Some("Idempotency-Key"),
        why: "This Idempotency-Key was used with another request. Use a new key.".to_owned(),
    }
}

impl Services {
    /// The outcome of the same request, if it was answered before. First step of an idempotent transaction.
    pub(crate) async fn replay<T: DeserializeOwned>(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        idempotency: Option<&Idempotency>,
    ) -> Result<Option<T>, Error> {
        let Some(idem) = idempotency else { return Ok(None) };
        let idem = idem.clone().of_caller(actor);
        let since = self.now_ms() - WINDOW_MS;
        let found =
            store::idempotency::get(tx, &actor.workspace_id, &idem.scope, &idem.key, since).await?;
        let Some(found) = found else { return Ok(None) };
        tx.settle().await?;
        idem.replay(&found).map(Some)
    }

    /// Remembers the outcome in the transaction of its effect. Last step before the commit.
    pub(crate) async fn remember<T: Serialize + Sync>(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        idempotency: Option<&Idempotency>,
        outcome: &T,
    ) -> Result<(), Error> {
        let Some(idem) = idempotency else { return Ok(()) };
        let now_ms = self.now_ms();
        let outcome = serde_json::to_string(outcome).map_err(Error::internal)?;
        let row = idem.clone().of_caller(actor).outcome_text(actor, outcome, now_ms);
        match store::idempotency::insert_all(tx, &[row], now_ms - WINDOW_MS).await {
            // The same request is being answered by another process: its client will find that answer.
            Err(store::Error::Overtaken) => Err(Error::StillRunning),
            written => Ok(written?),
        }
    }
}
