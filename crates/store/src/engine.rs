//! The two engines: connecting, transactions, and the little text that differs between them.

use std::ops::{Deref, DerefMut};
use std::str::FromStr;
use std::time::Duration;

use serde::Serialize;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{
    ConnectOptions, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool,
    Transaction,
};

use crate::log::{Log, Visible};
use crate::script::Script;
use crate::writer::{Writer, WriterTx};
use crate::{Error, Result, postgres};

/// How long the connection for what is read from end to end stays after its last page.
const BULK_KEPT: Duration = Duration::from_secs(10);

/// Where the database is and how many connections to keep.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// `sqlite://path` or `postgres://...`.
    pub url: String,
    /// Connections at most (on SQLite: for reading; there is one for writing).
    pub connections: u32,
}

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store(Pools);

#[derive(Debug, Clone)]
enum Pools {
    // SQLite lets one connection write at a time: with one, writers queue fairly instead of polling a lock.
    Sqlite { read: SqlitePool, bulk: SqlitePool, write: Writer, log: Log },
    Postgres(PgPool),
}

/// A connection to read with.
#[derive(Debug)]
pub struct Conn(Link);

/// A transaction. Dropped without [`Tx::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct Tx {
    conn: Conn,
    log: Option<Log>,
    gathered: Option<Script>,
}

#[derive(Debug)]
enum Link {
    Sqlite(PoolConnection<Sqlite>),
    SqliteTx(WriterTx),
    Postgres(PoolConnection<Postgres>),
    PostgresTx(Transaction<'static, Postgres>),
}

/// The connection of the engine at hand, for `on_db!`.
pub(crate) enum Engine<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// Runs one expression on whichever engine it is, with that engine's own types: the SQL stands once.
macro_rules! on_db {
    ($conn:expr, $c:ident => $query:expr) => {
        match $conn.engine() {
            $crate::engine::Engine::Sqlite($c) => $query,
            $crate::engine::Engine::Postgres($c) => $query,
        }
    };
}
pub(crate) use on_db;

/// One statement over many rows that arrive as a single JSON parameter (`$1`): thousands of `$N` cost SQLite
/// quadratic time, and row by row is ten times slower on both. Each row is an array: with names, SQLite would compare
/// them again for each value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowsSql {
    pub sqlite: &'static str,
    pub postgres: &'static str,
}

/// Writes a [`RowsSql`]: `rows_sql!("SELECT r.a FROM", (a TEXT, b BIGINT), "WHERE ...")`; the rows are named `r`. The
/// columns are the first fields of what is serialized, in their order; tuples of ids are rows as they are.
macro_rules! rows_sql {
    ($head:expr, ($($col:ident $type:ident),* $(,)?), $tail:expr) => {
        $crate::engine::RowsSql {
            sqlite: concat!(
                $head, " (SELECT ", $crate::engine::columns!(sqlite $($col $type)*), " FROM jsonb_each($1)) AS r ",
                $tail
            ),
            postgres: concat!(
                $head, " (SELECT ", $crate::engine::columns!(postgres $($col $type)*),
                " FROM jsonb_array_elements($1::jsonb)) AS r ", $tail
            ),
        }
    };
}
pub(crate) use rows_sql;

/// The columns of [`rows_sql`], each with its place in the array.
macro_rules! columns {
    ($engine:ident $($columns:tt)*) => {
        $crate::engine::columns!(@$engine [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19] $($columns)*)
    };
    (@$engine:ident [$place:literal $($places:literal)*] $col:ident $type:ident) => {
        $crate::engine::columns!(=$engine $place $col $type)
    };
    (@$engine:ident [$place:literal $($places:literal)*] $col:ident $type:ident $($more:tt)*) => {
        concat!(
            $crate::engine::columns!(=$engine $place $col $type), ", ",
            $crate::engine::columns!(@$engine [$($places)*] $($more)*)
        )
    };
    (=sqlite $place:literal $col:ident $type:ident) => {
        concat!("value->>", $place, " AS ", stringify!($col))
    };
    (=postgres $place:literal $col:ident $type:ident) => {
        concat!("CAST(value->>", $place, " AS ", stringify!($type), ") AS ", stringify!($col))
    };
}
pub(crate) use columns;

/// Runs one expression over rows that become `$1` of a [`RowsSql`], on whichever engine it is.
macro_rules! on_rows {
    ($conn:expr, $sql:expr, $rows:expr, |$c:ident, $text:ident, $json:ident| $run:expr) => {{
        let $json = $crate::engine::to_json($rows)?;
        match $conn.engine() {
            $crate::engine::Engine::Sqlite($c) => {
                let $text = $sql.sqlite;
                $run
            }
            $crate::engine::Engine::Postgres($c) => {
                let $text = $sql.postgres;
                $run
            }
        }
    }};
}
pub(crate) use on_rows;

pub(crate) fn to_json<T: serde::Serialize>(rows: &[T]) -> Result<String> {
    serde_json::to_string(rows).map_err(|e| Error::Database(sqlx::Error::Encode(Box::new(e))))
}

impl Store {
    /// Opens the database, creating the SQLite file if there is none, and brings the schema up to date.
    pub async fn open(config: &StoreConfig) -> Result<Self> {
        let pools = if config.url.starts_with("sqlite:") {
            open_sqlite(config).await?
        } else if config.url.starts_with("postgres:") || config.url.starts_with("postgresql:") {
            let pool = postgres::open(config).await?;
            sqlx::migrate!("../../migrations").run(&pool).await?;
            Pools::Postgres(pool)
        } else {
            return Err(Error::Url(config.url.split(':').next().unwrap_or_default().to_owned()));
        };
        Ok(Self(pools))
    }

    /// A connection to read with; sees what was committed before.
    pub async fn read(&self) -> Result<Conn> {
        Ok(Conn(match &self.0 {
            Pools::Sqlite { read, .. } => Link::Sqlite(read.acquire().await?),
            Pools::Postgres(pool) => Link::Postgres(pool.acquire().await?),
        }))
    }

    /// The same for one page of very many: what somebody reads from end to end leaves the other connections, and what
    /// they remember, alone.
    pub async fn read_bulk(&self) -> Result<Conn> {
        match &self.0 {
            Pools::Sqlite { bulk, .. } => Ok(Conn(Link::Sqlite(bulk.acquire().await?))),
            Pools::Postgres(_) => self.read().await,
        }
    }

    /// Whether the database answers, and still takes writes.
    pub async fn check(&self) -> Result<()> {
        self.read().await?;
        match &self.0 {
            Pools::Sqlite { log, .. } => log.check(),
            Pools::Postgres(_) => Ok(()),
        }
    }

    /// A transaction; on SQLite it waits for the one before it.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(match &self.0 {
            Pools::Sqlite { write, log, .. } => {
                log.check()?;
                Tx::new(Link::SqliteTx(write.begin().await?), Some(log.clone()))
            }
            Pools::Postgres(pool) => Tx::new(Link::PostgresTx(pool.begin().await?), None),
        })
    }

    /// Which engine it is: `sqlite` or `postgres`.
    pub fn engine_name(&self) -> &'static str {
        match self.0 {
            Pools::Sqlite { .. } => "sqlite",
            Pools::Postgres(_) => "postgres",
        }
    }

    /// How large the database is, in bytes.
    pub async fn size_bytes(&self) -> Result<i64> {
        let mut conn = self.read().await?;
        let (bytes,): (i64,) = match conn.engine() {
            Engine::Sqlite(c) => {
                sqlx::query_as(
                    "SELECT c.page_count * s.page_size FROM pragma_page_count() c, pragma_page_size() s",
                )
                .fetch_one(c)
                .await?
            }
            Engine::Postgres(c) => {
                sqlx::query_as("SELECT pg_database_size(current_database())").fetch_one(c).await?
            }
        };
        Ok(bytes)
    }

    /// The number of the last migration that ran.
    pub async fn schema_version(&self) -> Result<i64> {
        let mut conn = self.read().await?;
        let (version,): (i64,) = on_db!(conn, c => sqlx::query_as(
            "SELECT MAX(version) FROM _sqlx_migrations",
        )
        .fetch_one(c)
        .await)?;
        Ok(version)
    }

    /// Closes every connection; SQLite writes its log back into the file.
    pub async fn close(&self) {
        match &self.0 {
            Pools::Sqlite { read, bulk, write, log } => {
                write.close().await;
                bulk.close().await;
                read.close().await;
                log.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

async fn open_sqlite(config: &StoreConfig) -> Result<Pools> {
    let options = SqliteConnectOptions::from_str(&config.url)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // `Log` syncs what was committed.
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("cache_size", "-2000")
        // Pages; 64 MiB. `Log` copies the log into the file; the writer only where it falls behind.
        .pragma("wal_autocheckpoint", "16000")
        .pragma("temp_store", "memory");
    let mut write = options.connect().await?;
    sqlx::migrate!("../../migrations").run(&mut write).await?;
    let copier = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
    let log = Log::open(options.get_filename(), copier)?;
    let readers = |most| {
        SqlitePoolOptions::new()
            .max_connections(most)
            .acquire_timeout(Duration::from_secs(10))
            // A file does not hang up, and asking costs two changes of thread.
            .test_before_acquire(false)
    };
    let options = options.read_only(true);
    // Each connection is a thread whose allocator keeps what it once used: with the pool's turns, an export of a
    // million rows leaves its traces in all of them.
    let bulk = readers(1).idle_timeout(BULK_KEPT).connect_lazy_with(options.clone());
    let read = readers(config.connections).connect_with(options).await?;
    Ok(Pools::Sqlite { read, bulk, write: Writer::new(write), log })
}

impl Conn {
    pub(crate) fn engine(&mut self) -> Engine<'_> {
        match &mut self.0 {
            Link::Sqlite(c) => Engine::Sqlite(c),
            Link::SqliteTx(tx) => Engine::Sqlite(tx.conn()),
            Link::Postgres(c) => Engine::Postgres(c),
            Link::PostgresTx(c) => Engine::Postgres(c),
        }
    }
}

impl Tx {
    fn new(link: Link, log: Option<Log>) -> Self {
        Self { conn: Conn(link), log, gathered: None }
    }

    /// From here on, what only adds rows waits for [`Tx::send`] or the commit: nothing that is read until then may
    /// depend on it.
    pub fn gather(&mut self) {
        self.gathered.get_or_insert_default();
    }

    /// Sends what was gathered, in its order; gathers no more.
    pub async fn send(&mut self) -> Result<()> {
        match self.gathered.take() {
            Some(script) => script.run(&mut self.conn).await,
            None => Ok(()),
        }
    }

    /// Runs a statement over rows that answers nothing, or gathers it.
    pub(crate) async fn write<T: Serialize>(&mut self, sql: RowsSql, rows: &[T]) -> Result<()> {
        self.in_script(|script| script.add(sql, rows)).await
    }

    /// The same for a statement that must change as many rows as it is given, or [`Error::Overtaken`]; `more` is its
    /// second parameter.
    pub(crate) async fn write_exactly<T: Serialize>(
        &mut self,
        sql: RowsSql,
        rows: &[T],
        more: i64,
    ) -> Result<()> {
        self.in_script(|script| script.add_exactly(sql, rows, more)).await
    }

    async fn in_script(&mut self, add: impl FnOnce(&mut Script) -> Result<()>) -> Result<()> {
        if let Some(script) = &mut self.gathered {
            return add(script);
        }
        let mut script = Script::default();
        add(&mut script)?;
        script.run(&mut self.conn).await
    }

    /// Makes everything of the transaction durable, or nothing.
    pub async fn commit(self) -> Result<()> {
        self.publish().await?.durable().await
    }

    /// Waits until everything that this transaction can read is durable. Whoever repeats an earlier answer must: its first
    /// one may still wait for the disk.
    pub async fn settle(&self) -> Result<()> {
        match &self.log {
            Some(log) => log.everything().durable().await,
            None => Ok(()),
        }
    }

    /// Makes everything of the transaction visible, or nothing. It is durable only when the answer says so: one can go
    /// on meanwhile, but not promise anything to anybody.
    pub async fn publish(mut self) -> Result<Visible> {
        self.send().await?;
        match self.conn.0 {
            Link::SqliteTx(tx) => tx.commit().await?,
            Link::PostgresTx(tx) => tx.commit().await?,
            Link::Sqlite(_) | Link::Postgres(_) => {}
        }
        // Postgres has synced its commit.
        Ok(self.log.map_or_else(Visible::settled, |log| log.committed()))
    }
}

impl Deref for Tx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}
