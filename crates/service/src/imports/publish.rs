//! Rolling an import forward, a short transaction at a time, and after a crash from where it stopped.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use model::{ImportId, WorkspaceId};
use serde::Serialize;
use store::agents::AgentRef;
use store::imports::{self, Content, Import, StagedRow, State};
use store::{Tx, idempotency};

use super::rows::Row;
use super::{ImportResult, make_room};
use crate::agents::AgentName;
use crate::idempotency::WINDOW_MS;
use crate::ingest::{Batch, Known, Origin};
use crate::{Error, Idempotency, Inner, Services};

/// Rows in one transaction: other payments wait for one of these at most.
const PUBLISHED_AT_ONCE: i64 = 100;
/// How often a transaction is run again when another process got in its way.
const ATTEMPTS: u32 = 5;
/// Rows that are thrown away in one transaction.
const DISCARDED_AT_ONCE: i64 = 5_000;
/// An import that nobody worked on for so long has lost its process.
const STALLED_MS: i64 = 120_000;
/// How often to look for those.
const SWEEP: Duration = Duration::from_secs(60);
/// Imports that are taken up at once.
const SWEPT: i64 = 100;

/// Takes up what an earlier process left behind, now and from time to time; ends when the services are dropped.
pub(crate) fn spawn(services: &Services) {
    // Weak: waiting must not keep the database open.
    let inner: Weak<Inner> = Arc::downgrade(&services.0);
    // Only this process writes to an SQLite file, and it has just begun: whatever is unfinished was left behind.
    let mut patience_ms = if services.store().engine_name() == "sqlite" { -1 } else { STALLED_MS };
    tokio::spawn(async move {
        loop {
            let Some(inner) = inner.upgrade() else { return };
            if let Err(error) = Services(inner).resume_imports(patience_ms).await {
                tracing::error!(%error, "imports could not be taken up");
            }
            patience_ms = STALLED_MS;
            tokio::time::sleep(SWEEP).await;
        }
    });
}

#[derive(Serialize)]
struct Imported<'a> {
    import_id: &'a ImportId,
    agent_id: &'a str,
    file_hash: &'a str,
    imported: i64,
    skipped: i64,
    counted: i64,
}

impl Services {
    async fn resume_imports(&self, patience_ms: i64) -> Result<(), Error> {
        let before_ms = self.now_ms() - patience_ms;
        let mut conn = self.store().read().await?;
        let stalled = imports::list_stalled(&mut conn, before_ms, SWEPT).await?;
        drop(conn);
        for import in stalled {
            tracing::info!(import = %import.id, done = import.done_count, "taking up an import");
            match import.state {
                State::Staging => self.discard_import(&import.workspace_id, &import.id).await?,
                State::Publishing => {
                    self.publish_import(&import.workspace_id, &import.id).await?;
                }
                State::Done => {}
            }
        }
        Ok(())
    }

    /// Throws away an import that was not decided, and its rows.
    pub(super) async fn discard_import(
        &self,
        workspace: &WorkspaceId,
        id: &ImportId,
    ) -> Result<(), Error> {
        loop {
            let mut tx = self.store().begin().await?;
            let rows = imports::list_rows(&mut tx, workspace, id, DISCARDED_AT_ONCE).await?;
            match rows.last() {
                Some(last) => imports::delete_rows(&mut tx, workspace, id, last.line).await?,
                None => imports::delete(&mut tx, workspace, id).await?,
            }
            tx.commit().await?;
            if rows.is_empty() {
                return Ok(());
            }
        }
    }

    /// Publishes what is left of a decided import.
    pub(super) async fn publish_import(
        &self,
        workspace: &WorkspaceId,
        id: &ImportId,
    ) -> Result<ImportResult, Error> {
        let mut attempt = 1;
        loop {
            let began = Instant::now();
            match self.publish_rows(workspace, id).await {
                Ok(import) if import.state == State::Done => {
                    return Ok(ImportResult {
                        imported: import.imported,
                        skipped: import.skipped,
                        counted: import.counted,
                    });
                }
                Ok(_) => attempt = 1,
                Err(error @ Error::NotFound { .. }) => return Err(error),
                Err(error) if attempt == ATTEMPTS => return Err(error),
                Err(error) => {
                    tracing::warn!(%error, import = %id, "rows of an import are written again");
                    attempt += 1;
                }
            }
            make_room(began).await;
        }
    }

    async fn publish_rows(&self, workspace: &WorkspaceId, id: &ImportId) -> Result<Import, Error> {
        let mut tx = self.store().begin().await?;
        let import = imports::lock(&mut tx, workspace, id).await?;
        // Its account was erased meanwhile.
        let mut import = import.ok_or(Error::NotFound { what: "import" })?;
        if import.state == State::Done {
            return Ok(import);
        }
        let rows = imports::list_rows(&mut tx, workspace, id, PUBLISHED_AT_ONCE).await?;
        self.record_rows(&mut tx, &mut import, &rows).await?;
        if let Some(last) = rows.last() {
            imports::delete_rows(&mut tx, workspace, id, last.line).await?;
        }
        let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        import.done_count += count;
        import.touched_at_ms = self.now_ms();
        if count < PUBLISHED_AT_ONCE {
            import.state = State::Done;
            self.finish_import(&mut tx, &import).await?;
        }
        imports::update_progress(&mut tx, &import).await?;
        let agent = AgentRef::Id(import.agent_id.as_str());
        let agent = store::agents::get(&mut tx, workspace, agent).await?;
        tx.commit().await?;
        if let Some(agent) = agent {
            let (id, external_id, gopi_id) = (agent.id, agent.external_id, agent.gopi_id);
            self.0.profiles.forget_name(&AgentName { id, external_id, gopi_id });
        }
        Ok(import)
    }

    /// Makes payments of the rows that are new, by the rules of every payment.
    async fn record_rows(
        &self,
        tx: &mut Tx,
        import: &mut Import,
        rows: &[StagedRow],
    ) -> Result<(), Error> {
        let (workspace, agent) = (import.workspace_id.clone(), import.agent_id.clone());
        let parsed: Vec<Row> = rows.iter().map(Row::of_staged).collect::<Result<_, _>>()?;
        let own: HashSet<_> = parsed.iter().filter_map(|r| r.counterparty.as_deref()).collect();
        let own: Vec<_> = own.into_iter().map(|name| (&workspace, name)).collect();
        let references: HashSet<_> = rows.iter().filter_map(|r| r.reference.as_deref()).collect();
        let references: Vec<_> = references.into_iter().map(|r| (&workspace, &agent, r)).collect();
        let now_ms = self.now_ms();
        let known = Known::of_rows(tx, (&workspace, &agent), &own, &references, now_ms).await?;
        let mut contents = Contents::read(tx, import, rows).await?;
        let mut batch = Batch::new(known);
        let recorded_by = import.recorded_by.clone();
        let via = import.via.clone();
        let origin = Origin {
            workspace_id: &workspace,
            recorded_by: &recorded_by,
            via: &via,
            events: false,
        };
        for (row, staged) in parsed.into_iter().zip(rows) {
            let before = match &staged.reference {
                Some(reference) => batch.has_reference(&agent, reference),
                None => contents.met_before(&staged.content),
            };
            if before {
                import.skipped += 1;
                continue;
            }
            let payment = row.into_payment(agent.clone(), import.agent_external_id.clone());
            batch.record(self, origin, &payment, now_ms)?;
            import.imported += 1;
            import.counted += i64::from(payment.counts_toward_score());
        }
        contents.write(tx, import).await?;
        // Where the agent was deleted meanwhile, its payments stay in the ledger all the same.
        batch.write(tx, now_ms).await
    }

    /// One event and one audit entry for the whole file; each payment has its own leaf in the ledger.
    async fn finish_import(&self, tx: &mut Tx, import: &Import) -> Result<(), Error> {
        let workspace = &import.workspace_id;
        let imported = Imported {
            import_id: &import.id,
            agent_id: import.agent_id.as_str(),
            file_hash: &import.file_hash,
            imported: import.imported,
            skipped: import.skipped,
            counted: import.counted,
        };
        let action = ("payments.imported", import.agent_id.as_str());
        let who = (workspace, import.recorded_by.as_str(), import.via.as_str());
        self.audit_by(tx, who, action, (None::<&()>, Some(&imported))).await?;
        if import.imported > 0 {
            self.emit(tx, workspace, action, &imported).await?;
        }
        let Some(key) = &import.idempotency else { return Ok(()) };
        let key: Idempotency = serde_json::from_str(key).map_err(Error::internal)?;
        let result = ImportResult {
            imported: import.imported,
            skipped: import.skipped,
            counted: import.counted,
        };
        let outcome = serde_json::to_string(&result).map_err(Error::internal)?;
        let now_ms = self.now_ms();
        let row = key.outcome_of(workspace, outcome, now_ms);
        // Where the key was taken meanwhile, the other answer stands.
        match idempotency::insert_all(tx, &[row], now_ms - WINDOW_MS).await {
            Err(store::Error::Overtaken) => Ok(()),
            written => Ok(written?),
        }
    }
}

/// How often the rows without a reference were met: identical ones are told apart by their count.
struct Contents {
    import_id: String,
    known: HashMap<String, Content>,
    changed: BTreeMap<String, Content>,
}

impl Contents {
    async fn read(tx: &mut Tx, import: &Import, rows: &[StagedRow]) -> Result<Self, Error> {
        let wanted: HashSet<_> =
            rows.iter().filter(|r| r.reference.is_none()).map(|r| r.content.as_str()).collect();
        let wanted: Vec<_> = wanted.into_iter().collect();
        let (workspace, agent) = (&import.workspace_id, &import.agent_id);
        let found = imports::list_contents(tx, workspace, agent, &wanted).await?;
        Ok(Self {
            import_id: import.id.to_string(),
            known: found.into_iter().map(|c| (c.content.clone(), c)).collect(),
            changed: BTreeMap::new(),
        })
    }

    /// Meets a row once more: whether the ledger has as many of it already.
    fn met_before(&mut self, content: &str) -> bool {
        let known = self.changed.remove(content).or_else(|| self.known.remove(content));
        let mut row = known.unwrap_or_else(|| Content {
            content: content.to_owned(),
            imported: 0,
            import_id: self.import_id.clone(),
            met: 0,
        });
        if row.import_id != self.import_id {
            row.import_id.clone_from(&self.import_id);
            row.met = 0;
        }
        row.met += 1;
        let before = row.met <= row.imported;
        row.imported = row.imported.max(row.met);
        self.changed.insert(content.to_owned(), row);
        before
    }

    async fn write(self, tx: &mut Tx, import: &Import) -> Result<(), Error> {
        let rows: Vec<_> = self.changed.into_values().collect();
        let (workspace, agent) = (&import.workspace_id, &import.agent_id);
        Ok(imports::upsert_contents(tx, workspace, agent, &rows).await?)
    }
}
