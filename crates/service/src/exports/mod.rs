//! Everything that is held about an account, for the person whose it is: as JSON, and as an archive that is made beside
//! everything else.

mod archive;
mod json;
mod rows;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use model::{DAY_MS, ExportId};
use store::exports::{self, Export, State};
use store::holdings::{self, Holder, TABLES};

pub use json::JsonExport;

use crate::{Actor, Capability, Error, Services};

/// What an archive says that it is.
pub(crate) const FORMAT: &str = "surety-export";
/// The version of the files in it; another number for whatever an older instance could not read.
pub(crate) const VERSION: u32 = 1;

/// How long an archive can be fetched.
const KEPT_MS: i64 = 7 * DAY_MS;
/// An archive with so many rows is made at once; a larger one beside everything else.
const AT_ONCE: i64 = 20_000;
/// An archive that nobody worked on for so long has lost its process.
const STALLED_MS: i64 = 120_000;
/// Rows between two notes of the progress.
const NOTED_EVERY: i64 = 20_000;
/// And the longest time: whoever takes longer seems dead.
const NOTED_MS: i64 = STALLED_MS / 4;
/// How the file of an archive ends that is still being written.
const PART: &str = "part";
/// Archives that are listed at most.
const LISTED: i64 = 10;
/// Archives that are taken up or removed at a time.
const SWEPT: i64 = 100;

const GONE: Error = Error::NotFound { what: "export" };

/// A finished archive.
#[derive(Debug)]
pub struct ExportFile {
    /// What to call it.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}

impl Services {
    /// The archives of the signed-in person's account, newest first.
    pub async fn list_exports(&self, actor: &Actor) -> Result<Vec<Export>, Error> {
        let user = actor.require_person()?;
        let mut conn = self.store().read().await?;
        let found = exports::list(&mut conn, &actor.workspace_id, LISTED).await?;
        let now_ms = self.now_ms();
        let own = found.into_iter().filter(|e| e.user_id == *user && e.expires_at_ms > now_ms);
        Ok(own.collect())
    }

    /// Begins an archive, in the place of earlier ones. A small one is finished when this returns; a large one goes on,
    /// and the same one is returned to whoever asks meanwhile.
    pub async fn create_export(&self, actor: &Actor) -> Result<Export, Error> {
        actor.require(Capability::Own)?;
        let user = actor.require_person()?.clone();
        self.require_proof(actor)?;
        let workspace = &actor.workspace_id;
        let now_ms = self.now_ms();
        let holder = Holder { workspace, user: &user };
        let mut row_count = 0;
        let mut conn = self.store().read().await?;
        for table in TABLES {
            row_count += holdings::count(&mut conn, table, holder).await?;
        }
        drop(conn);
        let mut tx = self.store().begin().await?;
        let earlier = exports::list(&mut tx, workspace, SWEPT).await?;
        if let Some(running) = earlier.iter().find(|e| e.state == State::Running) {
            return Ok(running.clone());
        }
        for export in &earlier {
            exports::delete(&mut tx, workspace, &export.id).await?;
        }
        let export = Export {
            workspace_id: workspace.clone(),
            id: ExportId::new(now_ms, self.entropy().bytes()),
            user_id: user,
            state: State::Running,
            row_count,
            done_count: 0,
            bytes: 0,
            created_at_ms: now_ms,
            touched_at_ms: now_ms,
            expires_at_ms: now_ms + KEPT_MS,
        };
        exports::insert(&mut tx, &export).await?;
        tx.commit().await?;
        for export in &earlier {
            self.remove_file(&export.id);
        }
        if row_count <= AT_ONCE {
            return self.make_export(actor, export).await;
        }
        self.make_beside(actor.clone(), export.clone());
        Ok(export)
    }

    /// Makes the archive beside everything else.
    fn make_beside(&self, actor: Actor, export: Export) {
        let services = self.clone();
        tokio::spawn(async move {
            let id = export.id.clone();
            if let Err(error) = services.make_export(&actor, export).await {
                tracing::error!(?error, export = %id, "the archive {id} was not made");
            }
        });
    }

    /// A finished archive of the signed-in person's own account.
    pub async fn open_export(&self, actor: &Actor, id: &str) -> Result<ExportFile, Error> {
        let user = actor.require_person()?;
        self.require_proof(actor)?;
        let mut conn = self.store().read().await?;
        let found = exports::get(&mut conn, &actor.workspace_id, id).await?;
        let now_ms = self.now_ms();
        let export = found
            .filter(|e| e.user_id == *user && e.state == State::Done && e.expires_at_ms > now_ms)
            .ok_or(GONE)?;
        let day = crate::time::format_time(export.created_at_ms);
        let name = format!("surety-{}.zip", day.get(..10).unwrap_or_default());
        Ok(ExportFile { name, path: self.export_path(&export.id) })
    }

    /// Makes the archive and notes how it went.
    async fn make_export(&self, actor: &Actor, export: Export) -> Result<Export, Error> {
        let made = self.write_export(export.clone()).await;
        let done = match &made {
            Ok(bytes) => Export {
                state: State::Done,
                bytes: i64::try_from(*bytes).unwrap_or(i64::MAX),
                done_count: export.row_count,
                ..export
            },
            Err(_) => Export { state: State::Failed, ..export },
        };
        let done = Export { touched_at_ms: self.now_ms(), ..done };
        let mut tx = self.store().begin().await?;
        if !exports::update(&mut tx, &done).await? {
            // The account was erased meanwhile, or another process made the archive too.
            if exports::get(&mut tx, &done.workspace_id, done.id.as_str()).await?.is_none() {
                self.remove_file(&done.id);
            }
            return Err(GONE);
        }
        if made.is_ok() {
            let after = serde_json::json!({ "rows": done.row_count, "bytes": done.bytes });
            let action = ("account.exported", done.user_id.as_str());
            self.audit(&mut tx, actor, action, (None::<&()>, Some(&after))).await?;
        }
        tx.commit().await?;
        made.map(|_| done)
    }

    async fn write_export(&self, export: Export) -> Result<u64, Error> {
        let folder = self.export_folder();
        tokio::fs::create_dir_all(&folder).await.map_err(Error::internal)?;
        // A name of its own: should a process that seemed dead go on, each writes a whole archive.
        let own = hex::encode(self.entropy().bytes::<4>());
        let part = folder.join(format!("{}.{own}.{PART}", export.id));
        let progress =
            Progress { services: self, export: &export, noted: 0, noted_at_ms: self.now_ms() };
        let account = (&export.workspace_id, &export.user_id);
        let written = self.write_archive(account, &part, progress).await;
        let whole = async {
            let bytes = written?;
            let path = self.export_path(&export.id);
            tokio::fs::rename(&part, path).await.map_err(Error::internal)?;
            Ok(bytes)
        };
        let whole = whole.await;
        if whole.is_err() {
            remove(&part);
        }
        whole
    }

    /// Takes up archives whose process is gone, and removes those whose time is over or whose account was erased. For a
    /// worker.
    pub async fn tend_exports(&self) -> Result<(), Error> {
        let now_ms = self.now_ms();
        let mut conn = self.store().read().await?;
        let stalled = exports::list_stalled(&mut conn, now_ms - STALLED_MS, SWEPT).await?;
        let expired = exports::list_expired(&mut conn, now_ms, SWEPT).await?;
        drop(conn);
        for export in expired {
            let mut tx = self.store().begin().await?;
            exports::delete(&mut tx, &export.workspace_id, &export.id).await?;
            tx.commit().await?;
            self.remove_file(&export.id);
        }
        for export in stalled {
            let mut tx = self.store().begin().await?;
            let name = (&export.workspace_id, &export.id);
            let mine = exports::claim(&mut tx, name, now_ms - STALLED_MS, now_ms).await?;
            tx.commit().await?;
            if !mine {
                continue;
            }
            match self.authenticate_session(&export.workspace_id, &export.user_id, None).await {
                Ok(Some(owner)) => self.make_beside(owner, export),
                Ok(None) | Err(Error::Suspended { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        self.remove_strays().await
    }

    /// Removes the files that no archive has (any more): what a crash left.
    async fn remove_strays(&self) -> Result<(), Error> {
        let mut folder = match tokio::fs::read_dir(self.export_folder()).await {
            Ok(folder) => folder,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(Error::internal(error)),
        };
        let mut files: Vec<(PathBuf, ExportId)> = Vec::new();
        while let Some(entry) = folder.next_entry().await.map_err(Error::internal)? {
            let name = entry.file_name();
            let id = name.to_str().and_then(|name| name.split('.').next());
            files.extend(id.and_then(|id| Some((entry.path(), id.parse().ok()?))));
        }
        // Read afterwards: the row of an archive is there before its file.
        let ids: Vec<_> = files.iter().map(|(_, id)| id).collect();
        let mut conn = self.store().read().await?;
        let states = exports::list_states(&mut conn, &ids).await?;
        drop(conn);
        let states: HashMap<_, _> = states.into_iter().collect();
        for (path, id) in &files {
            let part = path.extension().is_some_and(|extension| extension == PART);
            let wanted = |state: &State| !part || *state == State::Running;
            if !states.get(id).is_some_and(wanted) {
                remove(path);
            }
        }
        Ok(())
    }

    fn export_folder(&self) -> PathBuf {
        self.0.settings.data_folder.join("exports")
    }

    fn export_path(&self, id: &ExportId) -> PathBuf {
        self.export_folder().join(format!("{id}.zip"))
    }

    /// Removes an archive's file, if there is one.
    pub(crate) fn remove_file(&self, id: &ExportId) {
        remove(&self.export_path(id));
    }
}

fn remove(path: &Path) {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            tracing::error!(%error, path = %path.display(), "an archive could not be removed");
        }
        _ => {}
    }
}

/// Notes how far an archive is, from time to time.
struct Progress<'a> {
    services: &'a Services,
    export: &'a Export,
    noted: i64,
    noted_at_ms: i64,
}

impl Progress<'_> {
    async fn note(&mut self, rows: i64) -> Result<(), Error> {
        let touched_at_ms = self.services.now_ms();
        if rows < self.noted + NOTED_EVERY && touched_at_ms < self.noted_at_ms + NOTED_MS {
            return Ok(());
        }
        (self.noted, self.noted_at_ms) = (rows, touched_at_ms);
        // Rows come twice where they have two parts.
        let done_count = rows.min(self.export.row_count);
        let export = Export { done_count, touched_at_ms, ..self.export.clone() };
        let mut tx = self.services.store().begin().await?;
        if !exports::update(&mut tx, &export).await? {
            return Err(GONE);
        }
        Ok(tx.commit().await?)
    }
}
