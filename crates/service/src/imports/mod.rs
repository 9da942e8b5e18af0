//! CSV files of payments: all of a file, or nothing.
//!
//! A file is read piece by piece and its rows wait in a table, in short transactions; nothing of it shows. When the
//! last row was read and all are good, one small transaction decides that the file is published. From then on it rolls
//! forward: rows become payments a few hundred at a time, and after a crash the next start goes on where it stopped. One
//! transaction for a whole file would hold SQLite's only writer for seconds; this way other payments wait for one short
//! transaction at most. Until an import is done its agent takes no other, and readers may meet a part of it; once it
//! has answered, all of it or nothing is there.
//!
//! The work runs in a task of its own. A client that hangs up before the end of its file leaves nothing behind; one that
//! hangs up later has imported it all the same.

mod csv;
mod publish;
mod rows;

use std::fmt;
use std::time::Instant;

use bytes::Bytes;
use futures::{Stream, StreamExt};
use model::ImportId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::agents::AgentRef;
use store::imports::{self, StagedRow, State};
use tokio::sync::mpsc;

pub(crate) use publish::spawn;
pub use rows::{RowError, RowRule};

use self::csv::Records;
use self::rows::Header;
use crate::agents::find_agent;
use crate::{Actor, Capability, Error, Idempotency, Services};

/// Bytes of a file at most.
pub const MAX_IMPORT_BYTES: usize = 50_000_000;
/// What the name of a file may end in, in whichever case.
pub const FILE_ENDINGS: [&str; 2] = [".csv", ".txt"];
/// Errors that are listed at most.
const MAX_ERRORS: usize = 100;
/// Rows in one transaction while a file is read.
const STAGED_AT_ONCE: usize = 250;
/// Bytes that are taken apart at once.
const PIECE: usize = 64 * 1024;

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportResult {
    /// Rows that are payments now.
    pub imported: i64,
    /// Rows that were imported before.
    pub skipped: i64,
    /// Payments among the imported ones that count toward the score.
    pub counted: i64,
}

/// How far an agent's import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ImportProgress {
    /// Rows that were read so far.
    pub read: i64,
    /// Rows that are done; 0 until all were read.
    pub done: i64,
}

/// Why a file was not imported. Nothing of it was written.
#[derive(Debug)]
pub enum ImportError {
    /// It has more than [`MAX_IMPORT_BYTES`].
    TooLarge,
    /// It did not arrive whole.
    Incomplete,
    /// Its name ends in none of [`FILE_ENDINGS`].
    WrongName,
    /// Rows are wrong; the first hundred errors.
    Rows(Vec<RowError>),
    /// Anything else.
    Refused(Error),
}

impl<E: Into<Error>> From<E> for ImportError {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(f, "The file must have at most {MAX_IMPORT_BYTES} bytes."),
            Self::Incomplete => f.write_str("The file did not arrive whole."),
            Self::WrongName => {
                write!(f, "The file's name must end in {}.", FILE_ENDINGS.join(" or "))
            }
            Self::Rows(_) => f.write_str("Rows of the file are wrong. Nothing was imported."),
            Self::Refused(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ImportError {}

fn is_fitting(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    FILE_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// A piece of the file, or the sign that it arrived whole.
enum Piece {
    Bytes(Bytes),
    End,
}

impl Services {
    /// Imports a CSV file into an agent's ledger: all of it, or nothing and what is wrong with its rows. Rows that were
    /// imported before are skipped: those whose reference the agent has, and those without one that were imported as
    /// often as the file has them. The key's request is the file: its hash is taken here. A name is looked at where it
    /// has one.
    pub async fn import_payments<S, E>(
        &self,
        actor: &Actor,
        agent: &str,
        (name, mut file): (Option<&str>, S),
        idempotency: Option<Idempotency>,
    ) -> Result<ImportResult, ImportError>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin + Send,
        E: Send,
    {
        actor.require(Capability::Write)?;
        let agent = find_agent(&mut self.store().read().await?, actor, agent).await?;
        if name.is_some_and(|name| !is_fitting(name)) {
            return Err(ImportError::WrongName);
        }
        let now_ms = self.now_ms();
        let import = imports::Import {
            id: ImportId::new(now_ms, self.entropy().bytes()),
            workspace_id: actor.workspace_id.clone(),
            agent_id: agent.id,
            agent_external_id: agent.external_id,
            recorded_by: actor.audit_id().to_owned(),
            via: actor.via.as_str().to_owned(),
            state: State::Staging,
            file_hash: String::new(),
            row_count: 0,
            done_count: 0,
            imported: 0,
            skipped: 0,
            counted: 0,
            idempotency: None,
            created_at_ms: now_ms,
            touched_at_ms: now_ms,
        };
        let (pieces, received) = mpsc::channel(2);
        let upload = Upload { services: self.clone(), actor: actor.clone(), import, idempotency };
        let work = tokio::spawn(upload.run(received));
        let mut size = 0;
        while let Some(piece) = file.next().await {
            let Ok(piece) = piece else { return Err(ImportError::Incomplete) };
            size += piece.len();
            if size > MAX_IMPORT_BYTES {
                return Err(ImportError::TooLarge);
            }
            // Whoever gave up on the file has its answer ready; the rest is read so that the client comes to see it.
            let _ = pieces.send(Piece::Bytes(piece)).await;
        }
        let _ = pieces.send(Piece::End).await;
        work.await.map_err(Error::internal)?
    }

    /// How far the agent's import is, if one is at work.
    pub async fn import_progress(
        &self,
        actor: &Actor,
        agent: &str,
    ) -> Result<Option<ImportProgress>, Error> {
        actor.require(Capability::Read)?;
        let mut conn = self.store().read().await?;
        let agent = find_agent(&mut conn, actor, agent).await?;
        let running = imports::get_running(&mut conn, &actor.workspace_id, &agent.id).await?;
        Ok(running.map(|import| ImportProgress { read: import.row_count, done: import.done_count }))
    }
}

/// After a transaction that began then: a long import leaves at least half of the writer to others.
pub(crate) async fn make_room(began: Instant) {
    tokio::time::sleep(began.elapsed()).await;
}

/// A file that is being read.
struct Upload {
    services: Services,
    actor: Actor,
    import: imports::Import,
    idempotency: Option<Idempotency>,
}

impl Upload {
    async fn run(self, pieces: mpsc::Receiver<Piece>) -> Result<ImportResult, ImportError> {
        self.begin().await?;
        let (workspace, id) = (&self.import.workspace_id, &self.import.id);
        let decided = match self.read(pieces).await {
            Ok(file_hash) => self.decide(&file_hash).await,
            Err(error) => Err(error),
        };
        match decided {
            Ok(None) => Ok(self.services.publish_import(workspace, id).await?),
            Ok(Some(before)) => {
                self.services.discard_import(workspace, id).await?;
                Ok(before)
            }
            Err(error) => {
                self.services.discard_import(workspace, id).await?;
                Err(error)
            }
        }
    }

    async fn begin(&self) -> Result<(), Error> {
        let mut tx = self.services.store().begin().await?;
        match imports::insert(&mut tx, &self.import).await {
            Err(error) if error.is_unique_violation() => {
                return Err(Error::Conflict {
                    field: None,
                    why: "Another file of this agent is being imported. Try again when it is done."
                        .to_owned(),
                });
            }
            done => done?,
        }
        Ok(tx.commit().await?)
    }

    /// Reads the file to its end and leaves its rows waiting; the hash of the file.
    async fn read(&self, mut pieces: mpsc::Receiver<Piece>) -> Result<String, ImportError> {
        let mut hash = Sha256::new();
        let mut reader = RowReader::new(self.services.now_ms());
        loop {
            match pieces.recv().await {
                None => return Err(ImportError::Incomplete),
                Some(Piece::Bytes(bytes)) => {
                    hash.update(&bytes);
                    for piece in bytes.chunks(PIECE) {
                        reader.read(piece)?;
                        if reader.staged.len() >= STAGED_AT_ONCE {
                            self.stage(&mut reader.staged).await?;
                        }
                    }
                }
                Some(Piece::End) => {
                    reader.read(&[])?;
                    reader.finish()?;
                    self.stage(&mut reader.staged).await?;
                    return Ok(hex::encode(hash.finalize()));
                }
            }
        }
    }

    async fn stage(&self, rows: &mut Vec<StagedRow>) -> Result<(), Error> {
        let (workspace, id) = (&self.import.workspace_id, &self.import.id);
        for chunk in rows.chunks(STAGED_AT_ONCE) {
            let began = Instant::now();
            let mut tx = self.services.store().begin().await?;
            let now_ms = self.services.now_ms();
            if !imports::insert_rows(&mut tx, workspace, id, chunk, now_ms).await? {
                return Err(Error::internal("the import was discarded while its file was read"));
            }
            tx.commit().await?;
            make_room(began).await;
        }
        rows.clear();
        Ok(())
    }

    /// Decides that the file is published; or what was answered when the same request came before.
    async fn decide(&self, file_hash: &str) -> Result<Option<ImportResult>, ImportError> {
        let (workspace, id) = (&self.import.workspace_id, &self.import.id);
        let limit = i64::try_from(MAX_ERRORS).unwrap_or(i64::MAX);
        let mut conn = self.services.store().read().await?;
        let clashes = imports::list_clashes(&mut conn, workspace, id, limit).await?;
        drop(conn);
        if !clashes.is_empty() {
            let column = Some("reference".to_owned());
            let error =
                |(row, _)| RowError { row, column: column.clone(), rule: RowRule::OtherContent };
            return Err(ImportError::Rows(clashes.into_iter().map(error).collect()));
        }
        let idempotency = self
            .idempotency
            .clone()
            .map(|key| Idempotency { request_hash: file_hash.to_owned(), ..key });
        let mut tx = self.services.store().begin().await?;
        let before = self.services.replay(&mut tx, &self.actor, idempotency.as_ref()).await?;
        if before.is_some() {
            return Ok(before);
        }
        let agent = AgentRef::Id(self.import.agent_id.as_str());
        if store::agents::get(&mut tx, workspace, agent).await?.is_none() {
            return Err(Error::NotFound { what: "agent" }.into());
        }
        let key = idempotency.map(|key| serde_json::to_string(&key.of_caller(&self.actor)));
        let key = key.transpose().map_err(Error::internal)?;
        let now_ms = self.services.now_ms();
        let decision = (file_hash, key.as_deref());
        if !imports::update_publishing(&mut tx, workspace, id, decision, now_ms).await? {
            return Err(Error::internal("the import was discarded before it was decided").into());
        }
        tx.commit().await?;
        Ok(None)
    }
}

/// Turns pieces of a file into rows that wait, or errors.
struct RowReader {
    records: Records,
    header: Option<Header>,
    now_ms: i64,
    staged: Vec<StagedRow>,
    errors: Vec<RowError>,
    rows: usize,
}

impl RowReader {
    fn new(now_ms: i64) -> Self {
        Self {
            records: Records::new(),
            header: None,
            now_ms,
            staged: Vec::new(),
            errors: Vec::new(),
            rows: 0,
        }
    }

    /// Reads a piece; fails as soon as nothing more can be learnt from the file.
    fn read(&mut self, piece: &[u8]) -> Result<(), ImportError> {
        let Self { records, header, now_ms, staged, errors, rows } = self;
        let mut failed = None;
        let read = records.read(piece, |record| {
            if errors.len() >= MAX_ERRORS {
                return;
            }
            let Some(header) = &*header else {
                match Header::read(record) {
                    Ok(found) => *header = Some(found),
                    Err(mut wrong) if errors.is_empty() => errors.append(&mut wrong),
                    // Without a header, no row says anything.
                    Err(_) => {}
                }
                return;
            };
            *rows += 1;
            match header.row(record, *now_ms) {
                Ok(row) if errors.is_empty() => match row.stage(record.line) {
                    Ok(row) => staged.push(row),
                    Err(error) => failed = Some(error),
                },
                Ok(_) => {}
                Err(mut wrong) => {
                    staged.clear();
                    errors.append(&mut wrong);
                }
            }
        });
        if let Err(csv::TooLong { line }) = read {
            self.errors.push(RowError { row: line, column: None, rule: RowRule::OpenQuote });
            return Err(self.refused());
        }
        if let Some(error) = failed {
            return Err(error.into());
        }
        let hopeless = self.header.is_none() && !self.errors.is_empty();
        if hopeless || self.errors.len() >= MAX_ERRORS { Err(self.refused()) } else { Ok(()) }
    }

    /// The end of the file.
    fn finish(&mut self) -> Result<(), ImportError> {
        let rule = match &self.header {
            None => Some(RowRule::Empty),
            Some(_) if self.rows == 0 => Some(RowRule::NoRows),
            Some(_) => None,
        };
        self.errors.extend(rule.map(|rule| RowError { row: 1, column: None, rule }));
        if self.errors.is_empty() { Ok(()) } else { Err(self.refused()) }
    }

    fn refused(&mut self) -> ImportError {
        self.errors.truncate(MAX_ERRORS);
        ImportError::Rows(std::mem::take(&mut self.errors))
    }
}
