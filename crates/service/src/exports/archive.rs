//! Everything that is held about an account as a ZIP archive.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::Path;

use model::{MICROS_PER_UNIT, UserId, WorkspaceId};
use serde_json::json;
use store::holdings::Record;
use tokio::sync::mpsc;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::rows::{Page, Pages, Part, Row};
use super::{FORMAT, Progress, VERSION};
use crate::text::inert;
use crate::time::format_time;
use crate::{Error, Services};

/// Pieces that wait to be compressed: a page each.
const WAITING: usize = 2;
const README: [(&str, &str); 2] = [
    ("README.en.md", include_str!("README.en.md")),
    ("README.de.md", include_str!("README.de.md")),
];

/// What the thread that writes the file is told.
enum Step {
    /// A file of the archive begins.
    File(String),
    /// What stands in it.
    Bytes(Vec<u8>),
}

/// The way to the thread that writes the file.
struct Writing(mpsc::Sender<Step>);

impl Writing {
    async fn file(&self, name: &str) -> Result<(), Error> {
        self.step(Step::File(name.to_owned())).await
    }

    async fn bytes(&self, bytes: impl Into<Vec<u8>>) -> Result<(), Error> {
        self.step(Step::Bytes(bytes.into())).await
    }

    async fn step(&self, step: Step) -> Result<(), Error> {
        // Its own error tells more than that it hung up.
        self.0.send(step).await.map_err(|_| Error::internal("the archive could not be written"))
    }
}

impl Services {
    /// Writes the archive of an account into a new file; how large it is. `progress` hears how many rows are in it.
    pub(super) async fn write_archive(
        &self,
        account: (&WorkspaceId, &UserId),
        path: &Path,
        progress: Progress<'_>,
    ) -> Result<u64, Error> {
        let (steps, waiting) = mpsc::channel(WAITING);
        let to = path.to_owned();
        let writer = tokio::task::spawn_blocking(move || write(&to, waiting));
        let sent = self.send_archive(account, Writing(steps), progress).await;
        let written = writer.await.map_err(Error::internal)?;
        let bytes = written.map_err(Error::internal)?;
        sent.map(|()| bytes)
    }

    async fn send_archive(
        &self,
        (workspace, user): (&WorkspaceId, &UserId),
        to: Writing,
        mut progress: Progress<'_>,
    ) -> Result<(), Error> {
        let exported_at = format_time(self.now_ms());
        for (name, text) in README {
            to.file(name).await?;
            let retention = self.0.settings.retention;
            let text = text
                .replace("{instance}", self.public_url())
                .replace("{exported_at}", &exported_at)
                .replace("{audit_days}", &retention.audit_days.to_string())
                .replace("{address_days}", &retention.address_days.to_string())
                .replace("{contest_days}", &retention.contest_days.to_string());
            to.bytes(text).await?;
        }
        let mut counts = [BTreeMap::new(), BTreeMap::new()];
        let mut rows = 0_i64;
        let mut pages = Pages::new(self, workspace, user);
        // Of the entity whose file is open.
        let mut written: Option<usize> = None;
        while let Some(page) = pages.next().await? {
            if written.is_none() {
                to.file(&name(&page)).await?;
                to.bytes(begin(page.entity)).await?;
            }
            let before = written.unwrap_or_default();
            let mut bytes = Vec::new();
            page.write_json(&mut bytes, before > 0)?;
            let count = before + page.rows.len();
            written = Some(count);
            rows += i64::try_from(page.rows.len()).unwrap_or_default();
            if page.last {
                bytes.extend_from_slice(b"\n]}\n");
                let of = if page.part == Part::Data { 0 } else { 1 };
                counts[of].insert(page.entity, count);
                written = None;
            }
            to.bytes(bytes).await?;
            progress.note(rows).await?;
        }
        self.send_csv((workspace, user), &to, (&mut progress, rows)).await?;
        let [data, instance] = counts;
        let manifest = json!({
            "format": FORMAT,
            "version": VERSION,
            "instance": self.public_url(),
            "exported_at": exported_at,
            "user_id": user,
            "workspace_id": workspace,
            "data": data,
            "instance_data": instance,
        });
        to.file("manifest.json").await?;
        to.bytes(serde_json::to_vec_pretty(&manifest).map_err(Error::internal)?).await
    }

    /// The payments once more, for spreadsheets.
    async fn send_csv(
        &self,
        account: (&WorkspaceId, &UserId),
        to: &Writing,
        (progress, rows): (&mut Progress<'_>, i64),
    ) -> Result<(), Error> {
        to.file("payments.csv").await?;
        to.bytes(csv_lines([CSV_HEAD.map(str::to_owned)])?).await?;
        let mut pages = Pages::of(self, account, "payments");
        while let Some(page) = pages.next().await? {
            let records = page.rows.iter().filter_map(|row| match row {
                Row::Stored(record) => Some(csv_row(record)),
                Row::Score(_) => None,
            });
            to.bytes(csv_lines(records)?).await?;
            progress.note(rows).await?;
        }
        Ok(())
    }
}

fn name(page: &Page) -> String {
    match page.part {
        Part::Data => format!("data/{}.json", page.entity),
        Part::Instance => format!("instance/{}.json", page.entity),
    }
}

fn begin(entity: &str) -> String {
    format!("{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"entity\":\"{entity}\",\"rows\":[")
}

const CSV_HEAD: [&str; 13] = [
    "id",
    "agent_id",
    "date",
    "amount",
    "currency",
    "direction",
    "status",
    "payment_source",
    "is_autonomous",
    "counterparty",
    "reference",
    "due_at",
    "recorded_at",
];

fn csv_row(payment: &Record) -> [String; 13] {
    let text = |name: &str| inert(payment.text(name));
    let time = |name: &str| match payment.int(name) {
        0 => String::new(),
        at_ms => format_time(at_ms),
    };
    let micros = payment.int("amount_micros");
    let amount = format!("{}.{:06}", micros / MICROS_PER_UNIT, micros % MICROS_PER_UNIT);
    [
        text("id"),
        text("agent_id"),
        time("happened_at_ms"),
        amount,
        text("currency"),
        text("direction"),
        text("status"),
        text("source"),
        payment.flag("autonomous").to_string(),
        text("counterparty"),
        text("reference"),
        time("due_at_ms"),
        time("recorded_at_ms"),
    ]
}

fn csv_lines(rows: impl IntoIterator<Item = [String; 13]>) -> Result<Vec<u8>, Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(Error::internal)?;
    }
    writer.into_inner().map_err(|e| Error::internal(e.to_string()))
}

/// Writes the archive step by step, until nobody sends any more; how large it became.
fn write(path: &Path, mut steps: mpsc::Receiver<Step>) -> std::io::Result<u64> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut zip = ZipWriter::new(BufWriter::new(options.open(path)?));
    let kept = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .large_file(true);
    while let Some(step) = steps.blocking_recv() {
        match step {
            Step::File(name) => zip.start_file(name, kept)?,
            Step::Bytes(bytes) => zip.write_all(&bytes)?,
        }
    }
    let file: File = zip.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(file.metadata()?.len())
}
