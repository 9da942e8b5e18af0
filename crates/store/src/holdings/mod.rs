//! What is held about an account, whatever table it is in: to be taken along, brought to another instance, and erased.

use model::{UserId, WorkspaceId};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;
use sqlx::{ColumnIndex, Decode, Row, Type};

use crate::engine::on_db;
use crate::{Conn, Result, Tx};

mod tables;

pub use tables::TABLES;

/// Rows that several transactions write without asking who is erased meanwhile: deleted first, so that those under way
/// are waited for and later ones find nothing.
const DELETED_FIRST: [&str; 3] = ["agents", "webhook_queues", "imports"];

/// Tables that grow with what an account does: [`delete_some`] empties them step by step, so that nobody waits long for
/// [`delete`].
const LARGE: [&str; 14] = [
    "payments",
    "payment_amendments",
    "evidence",
    "evidence_days",
    "payment_rollups",
    "payment_periods",
    "certificates",
    "contests",
    "import_contents",
    "import_rows",
    "webhook_deliveries",
    "webhook_attempts",
    "outbox",
    "idempotency",
];

/// A table with rows of accounts.
#[derive(Debug)]
pub struct Table {
    /// What it is called.
    pub name: &'static str,
    /// How a row tells whose it is.
    owner: Owner,
    /// The columns that tell an account's rows apart, in the order of an index.
    key: &'static [&'static str],
    /// Every column.
    pub columns: &'static [Column],
}

/// The column that names whose a row is.
#[derive(Debug, Clone, Copy)]
enum Owner {
    Workspace(&'static str),
    Person(&'static str),
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// What it is called.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// How far it goes.
    pub reach: Reach,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Int,
    /// A binary fraction.
    Real,
    /// Yes or no.
    Flag,
    /// Text that is JSON.
    Json,
}

/// How far what a column holds goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The person gets it, and can bring it to another instance.
    Portable,
    /// The person gets it; it means nothing elsewhere.
    Here,
    /// Nobody gets it: secrets, what is derived from them, and salts.
    Never,
}

const fn column(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, reach: Reach::Portable }
}

const fn text(name: &'static str) -> Column {
    column(name, Kind::Text)
}

const fn int(name: &'static str) -> Column {
    column(name, Kind::Int)
}

const fn real(name: &'static str) -> Column {
    column(name, Kind::Real)
}

const fn flag(name: &'static str) -> Column {
    column(name, Kind::Flag)
}

const fn json(name: &'static str) -> Column {
    column(name, Kind::Json)
}

impl Column {
    const fn here(self) -> Self {
        Self { reach: Reach::Here, ..self }
    }

    const fn never(self) -> Self {
        Self { reach: Reach::Never, ..self }
    }
}

impl Table {
    /// Whether it has columns with this reach.
    pub fn has(&self, reach: Reach) -> bool {
        self.columns.iter().any(|column| column.reach == reach)
    }

    /// Whether its rows are a person's, whatever the workspace.
    pub fn of_person(&self) -> bool {
        matches!(self.owner, Owner::Person(_))
    }

    /// The column with this name.
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// What is read of a row: everything that somebody gets, and the key to go on from.
    fn read(&self) -> Vec<&'static Column> {
        let read = |c: &&Column| c.reach != Reach::Never || self.key.contains(&c.name);
        self.columns.iter().filter(read).collect()
    }

    fn owner_column(&self) -> &'static str {
        match self.owner {
            Owner::Workspace(column) | Owner::Person(column) => column,
        }
    }
}

/// Whose rows: a person and the workspace of their own.
#[derive(Debug, Clone, Copy)]
pub struct Holder<'a> {
    /// The workspace.
    pub workspace: &'a WorkspaceId,
    /// The person.
    pub user: &'a UserId,
}

impl<'a> Holder<'a> {
    fn id_in(self, table: &Table) -> &'a str {
        match table.owner {
            Owner::Workspace(_) => self.workspace.as_str(),
            Owner::Person(_) => self.user.as_str(),
        }
    }
}

/// What stands in one column of one row.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text, or JSON.
    Text(Option<String>),
    /// A whole number.
    Int(Option<i64>),
    /// A binary fraction.
    Real(Option<f64>),
    /// Yes or no.
    Flag(Option<bool>),
}

impl Value {
    fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { text.as_deref() } else { None }
    }

    fn int(&self) -> Option<i64> {
        if let Self::Int(number) = self { *number } else { None }
    }

    fn real(&self) -> Option<f64> {
        if let Self::Real(number) = self { *number } else { None }
    }

    fn flag(&self) -> Option<bool> {
        if let Self::Flag(flag) = self { *flag } else { None }
    }
}

/// A row, or what was read of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record(pub Vec<(&'static Column, Value)>);

impl Record {
    /// What stands in a column.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find_map(|(column, value)| (column.name == name).then_some(value))
    }

    /// The text in a column; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).and_then(Value::text).unwrap_or_default()
    }

    /// The number in a column; 0 where there is none.
    pub fn int(&self, name: &str) -> i64 {
        self.get(name).and_then(Value::int).unwrap_or_default()
    }

    /// The yes or no in a column; no where there is neither.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).and_then(Value::flag).unwrap_or_default()
    }

    /// The columns with this reach, to be written as a JSON object in the table's order.
    pub fn reaching(&self, reach: Reach) -> Reaching<'_> {
        Reaching { record: self, reach }
    }
}

/// The columns of a row with one reach.
#[derive(Debug)]
pub struct Reaching<'a> {
    record: &'a Record,
    reach: Reach,
}

impl Serialize for Reaching<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (column, value) in self.record.0.iter().filter(|(c, _)| c.reach == self.reach) {
            match value {
                Value::Text(Some(text)) if column.kind == Kind::Json => {
                    match serde_json::from_str::<&RawValue>(text) {
                        Ok(raw) => map.serialize_entry(column.name, raw)?,
                        Err(_) => map.serialize_entry(column.name, text)?,
                    }
                }
                Value::Text(text) => map.serialize_entry(column.name, text)?,
                Value::Int(number) => map.serialize_entry(column.name, number)?,
                Value::Real(number) => map.serialize_entry(column.name, number)?,
                Value::Flag(flag) => map.serialize_entry(column.name, flag)?,
            }
        }
        map.end()
    }
}

fn record<'r, R>(row: &'r R, columns: &[&'static Column]) -> sqlx::Result<Record>
where
    R: Row,
    usize: ColumnIndex<R>,
    Option<String>: Decode<'r, R::Database> + Type<R::Database>,
    Option<i64>: Decode<'r, R::Database> + Type<R::Database>,
    Option<f64>: Decode<'r, R::Database> + Type<R::Database>,
    Option<bool>: Decode<'r, R::Database> + Type<R::Database>,
{
    let values = columns.iter().enumerate().map(|(at, column)| {
        let value = match column.kind {
            Kind::Text | Kind::Json => Value::Text(row.try_get(at)?),
            Kind::Int => Value::Int(row.try_get(at)?),
            Kind::Real => Value::Real(row.try_get(at)?),
            Kind::Flag => Value::Flag(row.try_get(at)?),
        };
        Ok((*column, value))
    });
    values.collect::<sqlx::Result<_>>().map(Record)
}

/// Binds a value, whichever engine's query it is.
macro_rules! bind {
    ($query:expr, $column:expr, $value:expr) => {
        match $column.kind {
            Kind::Text | Kind::Json => $query.bind($value.text().map(str::to_owned)),
            Kind::Int => $query.bind($value.int()),
            Kind::Real => $query.bind($value.real()),
            Kind::Flag => $query.bind($value.flag()),
        }
    };
}

fn names(columns: &[&Column]) -> String {
    columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
}

/// `$from, $from+1, ...`, so many of them.
fn places(from: usize, count: usize) -> String {
    (from..from + count).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ")
}

/// The next `limit` rows of an account after this one, in the order of their key: what the person gets of them.
pub async fn list(
    conn: &mut Conn,
    table: &Table,
    holder: Holder<'_>,
    after: Option<&Record>,
    limit: i64,
) -> Result<Vec<Record>> {
    let columns = table.read();
    let key = table.key.join(", ");
    let further = match after {
        Some(_) => format!("AND ({key}) > ({})", places(3, table.key.len())),
        None => String::new(),
    };
    let sql = format!(
        "SELECT {} FROM {} WHERE {} = $1 {further} ORDER BY {key} LIMIT $2",
        names(&columns),
        table.name,
        table.owner_column()
    );
    let after: Vec<_> = match after {
        Some(record) => record.0.iter().filter(|(c, _)| table.key.contains(&c.name)).collect(),
        None => Vec::new(),
    };
    // As in the key, not as in the table.
    let after: Vec<_> = table
        .key
        .iter()
        .filter_map(|name| after.iter().find(|(column, _)| column.name == *name))
        .collect();
    Ok(on_db!(conn, c => {
        // Every part of the text stands in `TABLES`.
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(holder.id_in(table)).bind(limit);
        for (column, value) in &after {
            query = bind!(query, column, value);
        }
        let rows = query.fetch_all(c).await?;
        rows.iter().map(|row| record(row, &columns)).collect::<sqlx::Result<Vec<_>>>()
    })?)
}

/// How many rows of an account there are.
pub async fn count(conn: &mut Conn, table: &Table, holder: Holder<'_>) -> Result<i64> {
    let sql = format!("SELECT COUNT(*) FROM {} WHERE {} = $1", table.name, table.owner_column());
    let (count,): (i64,) = on_db!(conn, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(holder.id_in(table))
        .fetch_one(c)
        .await)?;
    Ok(count)
}

/// Adds a row of the columns that the record names; the others are empty.
pub async fn insert(tx: &mut Tx, table: &Table, record: &Record) -> Result<()> {
    let columns: Vec<_> = record.0.iter().map(|(column, _)| *column).collect();
    let sql = format!(
        "INSERT INTO {} ({}) VALUES ({})",
        table.name,
        names(&columns),
        places(1, columns.len())
    );
    on_db!(tx, c => {
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for (column, value) in &record.0 {
            query = bind!(query, column, value);
        }
        query.execute(c).await.map(drop)
    })?;
    Ok(())
}

/// Makes a queue for each endpoint of a workspace that has none.
pub async fn insert_queues(tx: &mut Tx, workspace: &WorkspaceId) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "INSERT INTO webhook_queues (workspace_id, endpoint_id, due_at_ms, owner, owned_until_ms)
         SELECT workspace_id, id, NULL, '', 0 FROM webhook_endpoints WHERE workspace_id = $1
         ON CONFLICT DO NOTHING",
    )
    .bind(workspace.as_str())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// Deletes up to `limit` rows of an account from the tables that may have many; how many there were. What is added
/// meanwhile is left to [`delete`].
pub async fn delete_some(tx: &mut Tx, holder: Holder<'_>, limit: i64) -> Result<i64> {
    let mut left = limit;
    for table in TABLES.iter().rev().filter(|table| LARGE.contains(&table.name)) {
        if left == 0 {
            break;
        }
        let (name, owner, key) = (table.name, table.owner_column(), table.key.join(", "));
        let sql = format!(
            "DELETE FROM {name} WHERE {owner} = $1 AND ({key}) IN
                 (SELECT {key} FROM {name} WHERE {owner} = $1 LIMIT $2)"
        );
        let deleted = on_db!(tx, c => sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(holder.id_in(table))
            .bind(left)
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?;
        left -= i64::try_from(deleted).unwrap_or(left);
    }
    Ok(limit - left)
}

/// Deletes every row of an account but the audit trail; how many there were. A person who belongs to another workspace
/// stays.
pub async fn delete(tx: &mut Tx, holder: Holder<'_>) -> Result<u64> {
    // Those of other members, too: they act for a workspace that ends.
    let mut deleted = on_db!(tx, c => sqlx::query("DELETE FROM sessions WHERE workspace_id = $1")
        .bind(holder.workspace.as_str())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    let first = |table: &&Table| DELETED_FIRST.contains(&table.name);
    let later = TABLES.iter().rev().filter(|table| !first(table));
    for table in TABLES.iter().filter(first).chain(later) {
        if table.name == tables::AUDIT {
            continue;
        }
        let elsewhere = match table.name {
            "users" => "AND NOT EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = users.id)",
            _ => "",
        };
        let sql =
            format!("DELETE FROM {} WHERE {} = $1 {elsewhere}", table.name, table.owner_column());
        deleted += on_db!(tx, c => sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(holder.id_in(table))
            .execute(c)
            .await
            .map(|done| done.rows_affected()))?;
    }
    Ok(deleted)
}

/// Deletes the audit trail of a workspace that never was one: an import that was broken off.
pub async fn delete_audit(tx: &mut Tx, workspace: &WorkspaceId) -> Result<()> {
    on_db!(tx, c => sqlx::query("DELETE FROM audit WHERE workspace_id = $1")
        .bind(workspace.as_str())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
