//! The rows of an account, page by page: however much there is, one page is in memory.

use model::score::{self, Score};
use model::{AgentId, UserId, WorkspaceId, day_of};
use serde::Serialize;
use store::evidence;
use store::holdings::{self, Column, Holder, Reach, Record, TABLES, Table, Value};

use crate::{Error, Services};

/// Rows that are read at a time at most.
const PAGE: i64 = 100;
/// Rows that are read of a table first, for who knows how large they are.
const FIRST: i64 = 8;
/// What a page's JSON mostly fits into, for which later pages are as long as the rows of the one before allow. Pieces above
/// 64 kB the allocator returns late, and a long export makes thousands of them.
const PAGE_BYTES: usize = 60 * 1024;
/// Agents whose evidence is read at a time.
const SCORED: i64 = 50;

/// Where in the archive a file belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// What another instance can read in.
    Data,
    /// What belongs to this instance.
    Instance,
}

impl Part {
    const fn reach(self) -> Reach {
        match self {
            Self::Data => Reach::Portable,
            Self::Instance => Reach::Here,
        }
    }
}

/// A page of an entity.
pub(super) struct Page {
    pub part: Part,
    /// The table, or `scores`.
    pub entity: &'static str,
    pub rows: Vec<Row>,
    /// Whether the entity ends with it.
    pub last: bool,
}

/// One object of an entity.
pub(super) enum Row {
    Stored(Record),
    Score(AgentScore),
}

/// An agent's score at the time of the export.
#[derive(Serialize)]
pub(super) struct AgentScore {
    agent_id: String,
    algorithm: &'static str,
    as_of_ms: i64,
    /// `null` while too few payments count.
    score: Option<Score>,
}

impl Page {
    /// The rows as the items of a JSON list, after what stands in `out`; `more` tells that the list has some already.
    pub(super) fn write_json(&self, out: &mut Vec<u8>, more: bool) -> Result<(), Error> {
        out.reserve(PAGE_BYTES);
        for (at, row) in self.rows.iter().enumerate() {
            out.extend_from_slice(if more || at > 0 { b",\n" } else { b"\n" });
            match row {
                Row::Stored(record) => {
                    serde_json::to_writer(&mut *out, &record.reaching(self.part.reach()))
                }
                Row::Score(score) => serde_json::to_writer(&mut *out, score),
            }
            .map_err(Error::internal)?;
        }
        Ok(())
    }
}

/// Reads all pages, one entity after the other.
pub(super) struct Pages {
    services: Services,
    workspace: WorkspaceId,
    user: UserId,
    /// What is still to be read, the next one last.
    ahead: Vec<(Part, Option<&'static Table>)>,
    after: Option<Record>,
    limit: i64,
}

impl Pages {
    pub(super) fn new(services: &Services, workspace: &WorkspaceId, user: &UserId) -> Self {
        let of = |part: Part| {
            let tables = TABLES.iter().filter(move |table| table.has(part.reach()));
            tables.map(move |table| (part, Some(table)))
        };
        let scores = std::iter::once((Part::Instance, None));
        let mut ahead: Vec<_> = of(Part::Data).chain(of(Part::Instance)).chain(scores).collect();
        ahead.reverse();
        Self {
            services: services.clone(),
            workspace: workspace.clone(),
            user: user.clone(),
            ahead,
            after: None,
            limit: FIRST,
        }
    }

    /// Only the pages of one table.
    pub(super) fn of(
        services: &Services,
        (workspace, user): (&WorkspaceId, &UserId),
        name: &str,
    ) -> Self {
        let mut pages = Self::new(services, workspace, user);
        pages.ahead.retain(|(part, table)| {
            *part == Part::Data && table.is_some_and(|table| table.name == name)
        });
        pages
    }

    /// The next page; `None` after the last one.
    pub(super) async fn next(&mut self) -> Result<Option<Page>, Error> {
        let Some((part, table)) = self.ahead.last().copied() else { return Ok(None) };
        let mut conn = self.services.store().read_bulk().await?;
        let holder = Holder { workspace: &self.workspace, user: &self.user };
        let (entity, limit) = table.map_or(("scores", SCORED), |table| (table.name, self.limit));
        let of = match table {
            Some(table) => table,
            None => agents()?,
        };
        let records = holdings::list(&mut conn, of, holder, self.after.as_ref(), limit).await?;
        let last = i64::try_from(records.len()).is_ok_and(|read| read < limit);
        self.after = records.last().cloned();
        self.limit = fitting(&records);
        if last {
            self.ahead.pop();
            self.after = None;
            self.limit = FIRST;
        }
        let rows = match table {
            Some(_) => records.into_iter().map(Row::Stored).collect(),
            None => {
                let ids = records.iter().filter(|agent| agent.text("status") != "deleted");
                let ids: Vec<_> =
                    ids.map(|agent| AgentId::from_stored(agent.text("id").to_owned())).collect();
                self.scores(&mut conn, &ids).await?
            }
        };
        Ok(Some(Page { part, entity, rows, last }))
    }

    async fn scores(&self, conn: &mut store::Conn, agents: &[AgentId]) -> Result<Vec<Row>, Error> {
        let names: Vec<_> = agents.iter().map(|id| (&self.workspace, id)).collect();
        let evidence = evidence::list_of(conn, &names).await?;
        let now_ms = self.services.now_ms();
        let scored = agents.iter().map(|id| {
            let own: Vec<_> =
                evidence.iter().filter(|(of, _)| of == id).map(|(_, e)| e.clone()).collect();
            Row::Score(AgentScore {
                agent_id: id.to_string(),
                algorithm: score::ALGORITHM,
                as_of_ms: now_ms,
                score: score::score(&own, day_of(now_ms)).ok(),
            })
        });
        Ok(scored.collect())
    }
}

/// How many rows like these fit into a page. Names and punctuation take about as much as short values do.
fn fitting(records: &[Record]) -> i64 {
    let size = |(column, value): &(&Column, Value)| {
        let text = if let Value::Text(Some(text)) = value { text.len() } else { 0 };
        column.name.len() + 8 + text
    };
    let bytes: usize = records.iter().flat_map(|record| &record.0).map(size).sum();
    let rows = PAGE_BYTES * records.len() / bytes.max(1);
    i64::try_from(rows).unwrap_or(PAGE).clamp(1, PAGE)
}

fn agents() -> Result<&'static Table, Error> {
    let agents = TABLES.iter().find(|table| table.name == "agents");
    agents.ok_or_else(|| Error::internal("there is no table of agents"))
}

#[cfg(test)]
mod tests {
    use store::holdings::{Record, TABLES, Value};

    use super::{PAGE, fitting};

    #[test]
    fn a_page_is_as_long_as_its_rows_allow() {
        let column = &TABLES[0].columns[0];
        let rows = |bytes: usize| {
            let record = Record(vec![(column, Value::Text(Some("x".repeat(bytes))))]);
            fitting(&[record.clone(), record])
        };
        assert_eq!(rows(10), PAGE);
        assert!((25..=30).contains(&rows(2_000)), "{}", rows(2_000));
        assert_eq!(rows(1_000_000), 1);
        assert_eq!(fitting(&[]), 1, "of nothing, nothing follows");
    }
}
