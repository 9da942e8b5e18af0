//! The list of erased accounts beside the database, which a restored backup does not take back.

use std::io::Write;
use std::path::PathBuf;

use model::{UserId, WorkspaceId};
use serde::{Deserialize, Serialize};
use store::erasures::Erasure;

use crate::{Error, Services};

/// A line of the list beside the database.
#[derive(Serialize, Deserialize)]
struct Line {
    workspace_id: String,
    user_id: String,
    erased_at_ms: i64,
}

impl Services {
    fn erasure_list(&self) -> PathBuf {
        self.0.settings.data_folder.join("erasures.jsonl")
    }

    /// Every line.
    pub(crate) fn read_erasures(&self) -> Result<Vec<Erasure>, Error> {
        let text = match std::fs::read_to_string(self.erasure_list()) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Error::internal(error)),
        };
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        let erasure = |line: &str| {
            let line: Line = serde_json::from_str(line).map_err(Error::internal)?;
            Ok(Erasure {
                workspace_id: WorkspaceId::from_stored(line.workspace_id),
                user_id: UserId::from_stored(line.user_id),
                erased_at_ms: line.erased_at_ms,
            })
        };
        lines.map(erasure).collect()
    }

    /// Adds a line.
    pub(crate) fn list_erasure(&self, erasure: &Erasure) -> Result<(), Error> {
        let line = Line {
            workspace_id: erasure.workspace_id.to_string(),
            user_id: erasure.user_id.to_string(),
            erased_at_ms: erasure.erased_at_ms,
        };
        let mut line = serde_json::to_vec(&line).map_err(Error::internal)?;
        line.push(b'\n');
        let append = || {
            std::fs::create_dir_all(&self.0.settings.data_folder)?;
            let mut file =
                std::fs::OpenOptions::new().create(true).append(true).open(self.erasure_list())?;
            file.write_all(&line)?;
            file.sync_all()
        };
        append().map_err(Error::internal)
    }
}
