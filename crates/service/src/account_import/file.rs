//! The archive itself: its manifest, and its rows one after the other.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use model::{UserId, WorkspaceId};
use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;
use store::holdings::{Column, Kind, Reach, TABLES, Table, Value};
use tokio::sync::mpsc;
use zip::ZipArchive;

use super::portable;
use crate::Error;
use crate::exports::{FORMAT, VERSION};

/// Rows that are written in one transaction.
const BATCH: usize = 1_000;
/// Bytes of a manifest at most.
const MAX_MANIFEST: u64 = 1 << 20;

/// What an archive says of itself.
#[derive(Debug, Deserialize)]
pub(super) struct Manifest {
    format: String,
    version: u32,
    pub user_id: UserId,
    pub workspace_id: WorkspaceId,
    data: BTreeMap<String, u64>,
}

/// Rows of one table: the columns that the archive has.
pub(super) struct Rows {
    pub table: &'static Table,
    pub rows: Vec<Vec<(&'static Column, Value)>>,
}

fn wrong(why: impl std::fmt::Display) -> Error {
    Error::Conflict { field: None, why: format!("The file cannot be imported: {why}.") }
}

fn open(path: &Path) -> Result<ZipArchive<BufReader<File>>, Error> {
    let file = File::open(path).map_err(wrong)?;
    ZipArchive::new(BufReader::new(file)).map_err(wrong)
}

/// The manifest, if this version can read the archive.
pub(super) fn manifest(path: &Path) -> Result<Manifest, Error> {
    let mut archive = open(path)?;
    let entry = archive.by_name("manifest.json").map_err(wrong)?;
    let manifest: Manifest = serde_json::from_reader(entry.take(MAX_MANIFEST)).map_err(wrong)?;
    if manifest.format != FORMAT || manifest.version != VERSION {
        return Err(wrong("its format is not known to this version"));
    }
    let ids = (
        manifest.workspace_id.as_str().parse::<WorkspaceId>(),
        manifest.user_id.as_str().parse::<UserId>(),
    );
    if ids.0.is_err() || ids.1.is_err() {
        return Err(wrong("it names no account"));
    }
    match manifest.data.keys().find(|name| portable(name).is_none()) {
        Some(name) => Err(wrong(format!("this version does not know {name:?}"))),
        None => Ok(manifest),
    }
}

/// Sends every row that another instance can take, table by table, in the order in which they can be written.
pub(super) fn read(path: &Path, manifest: &Manifest, to: &mpsc::Sender<Rows>) -> Result<(), Error> {
    let mut archive = open(path)?;
    for table in TABLES.iter().filter(|table| table.has(Reach::Portable)) {
        let Some(expected) = manifest.data.get(table.name) else { continue };
        let entry = archive.by_name(&format!("data/{}.json", table.name)).map_err(wrong)?;
        let mut sink = Sink { table, manifest, to, batch: Vec::with_capacity(BATCH), count: 0 };
        let mut json = serde_json::Deserializer::from_reader(BufReader::new(entry));
        Document(&mut sink).deserialize(&mut json).map_err(wrong)?;
        json.end().map_err(wrong)?;
        sink.flush().map_err(wrong)?;
        if sink.count != *expected {
            return Err(wrong(format!("{} is not complete", table.name)));
        }
    }
    Ok(())
}

/// Takes rows in and sends them on in batches.
struct Sink<'a> {
    table: &'static Table,
    manifest: &'a Manifest,
    to: &'a mpsc::Sender<Rows>,
    batch: Vec<Vec<(&'static Column, Value)>>,
    count: u64,
}

impl Sink<'_> {
    /// Whether it is that another person belongs to the workspace, who does not come along.
    fn of_somebody_else(&self, given: &BTreeMap<String, Box<RawValue>>) -> bool {
        let user = given.get("user_id").map(|raw| serde_json::from_str::<String>(raw.get()));
        let own = matches!(user, Some(Ok(user)) if user == self.manifest.user_id.as_str());
        self.table.name == "memberships" && !own
    }

    fn take(&mut self, given: &BTreeMap<String, Box<RawValue>>) -> Result<(), String> {
        let at = || format!("row {} of {}", self.count + 1, self.table.name);
        if self.of_somebody_else(given) {
            self.count += 1;
            return Ok(());
        }
        let columns = self.table.columns.iter().filter(|c| c.reach == Reach::Portable);
        let mut row = Vec::new();
        for column in columns {
            let raw = given.get(column.name);
            let raw = raw.ok_or_else(|| format!("{} has no {}", at(), column.name))?;
            let value = value(column.kind, raw.get());
            let value = value.map_err(|e| format!("{}, {}: {e}", at(), column.name))?;
            let owner = match column.name {
                "workspace_id" => Some(self.manifest.workspace_id.as_str()),
                "id" if self.table.name == "workspaces" => {
                    Some(self.manifest.workspace_id.as_str())
                }
                "id" if self.table.name == "users" => Some(self.manifest.user_id.as_str()),
                _ => None,
            };
            if let Some(owner) = owner
                && value != Value::Text(Some(owner.to_owned()))
            {
                return Err(format!("{} belongs to somebody else", at()));
            }
            row.push((column, value));
        }
        self.batch.push(row);
        self.count += 1;
        if self.batch.len() == BATCH { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), String> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let rows = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        let rows = Rows { table: self.table, rows };
        self.to.blocking_send(rows).map_err(|_| "the rows could not be written".to_owned())
    }
}

fn value(kind: Kind, raw: &str) -> serde_json::Result<Value> {
    Ok(match kind {
        Kind::Text => Value::Text(serde_json::from_str(raw)?),
        Kind::Json => Value::Text((raw != "null").then(|| raw.to_owned())),
        Kind::Int => Value::Int(serde_json::from_str(raw)?),
        Kind::Real => Value::Real(serde_json::from_str(raw)?),
        Kind::Flag => Value::Flag(serde_json::from_str(raw)?),
    })
}

/// `{"rows": [...], ...}`, of which only one row at a time is in memory.
struct Document<'a, 'b>(&'a mut Sink<'b>);

impl<'de> DeserializeSeed<'de> for Document<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Document<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object with rows")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if name == "rows" {
                map.next_value_seed(List(&mut *self.0))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct List<'a, 'b>(&'a mut Sink<'b>);

impl<'de> DeserializeSeed<'de> for List<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list of rows")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<(), S::Error> {
        while let Some(row) = seq.next_element::<BTreeMap<String, Box<RawValue>>>()? {
            self.0.take(&row).map_err(S::Error::custom)?;
        }
        Ok(())
    }
}
