//! The audit log as a file, streamed: however long the trail, only a few hundred entries are in memory.

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures::{StreamExt, stream};
use model::AuditId;
use serde::Serialize;
use serde_json::Value;
use service::{Actor, AuditActorKind, AuditQuery, AuditRecord, Error, Services, inert};

use super::DashboardPage;
use super::audit_log::Filter;
use crate::api::format_time;
use crate::state::AppState;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    Json,
}

/// An entry as the file has it.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    at: String,
    actor_id: &'a str,
    actor: Option<&'a str>,
    via: &'a str,
    action: &'a str,
    subject: &'a str,
    before: &'a Option<Value>,
    after: &'a Option<Value>,
    leaf_hash: &'a str,
    verified: bool,
}

impl<'a> Row<'a> {
    fn of(record: &'a AuditRecord) -> Self {
        let actor = match &record.actor.kind {
            AuditActorKind::Person(name) | AuditActorKind::Key(name) => Some(name.as_str()),
            AuditActorKind::Operator => Some("operator"),
            AuditActorKind::Console => Some("console"),
            AuditActorKind::Gone => None,
        };
        Self {
            id: record.id.as_str(),
            at: format_time(record.at_ms),
            actor_id: &record.actor.id,
            actor,
            via: &record.via,
            action: &record.action,
            subject: &record.subject,
            before: &record.before,
            after: &record.after,
            leaf_hash: &record.leaf_hash,
            verified: record.intact,
        }
    }
}

const COLUMNS: [&str; 11] = [
    "id",
    "at",
    "actor_id",
    "actor",
    "via",
    "action",
    "subject",
    "before",
    "after",
    "leaf_hash",
    "verified",
];

pub(super) async fn export(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Query(filter): Query<Filter>,
) -> Response {
    let format = match filter.format.as_deref() {
        Some("csv") => Format::Csv,
        Some("json") => Format::Json,
        _ => return page.failed(Error::NotFound { what: "export" }),
    };
    let query = filter.into_form(&page.cx.time_zone).query;
    // The first part before the headers: whoever may not read gets a page, not half a file.
    match state.services.export_audit(&actor, &query, None).await {
        Ok(first) => {
            answer(format, Export { services: state.services.clone(), actor, query }, first)
        }
        Err(error) => page.failed(error),
    }
}

struct Export {
    services: Services,
    actor: Actor,
    query: AuditQuery,
}

type Part = (Vec<AuditRecord>, Option<AuditId>);

/// Where the stream stands.
enum Next {
    Ready(Part),
    After(AuditId),
    End,
}

fn answer(format: Format, export: Export, first: Part) -> Response {
    let parts = stream::try_unfold((export, Next::Ready(first)), |(export, next)| async move {
        let (records, cursor) = match next {
            Next::Ready(part) => part,
            Next::After(id) => {
                export.services.export_audit(&export.actor, &export.query, Some(id)).await?
            }
            Next::End => return Ok::<_, Error>(None),
        };
        let next = cursor.map_or(Next::End, Next::After);
        Ok(Some((records, (export, next))))
    });
    let body = parts.enumerate().map(move |(n, part)| {
        let records = part.inspect_err(|error| {
            tracing::error!(?error, "an export of the audit log broke off");
        })?;
        let rows: Vec<_> = records.iter().map(Row::of).collect();
        let bytes = match format {
            Format::Csv => csv(&rows, n == 0),
            Format::Json => json(&rows, n == 0),
        };
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(Bytes::from(bytes?))
    });
    let end = if format == Format::Json { "\n]\n" } else { "" };
    let body = body.chain(stream::once(async move { Ok(Bytes::from_static(end.as_bytes())) }));
    let (kind, name) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"audit-log.csv\""),
        Format::Json => ("application/json", "attachment; filename=\"audit-log.json\""),
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(name)),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    (headers, Body::from_stream(body)).into_response()
}

type Written = Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>>;

fn json(rows: &[Row<'_>], first: bool) -> Written {
    let mut out = if first { b"[".to_vec() } else { Vec::new() };
    for (n, row) in rows.iter().enumerate() {
        out.extend_from_slice(if first && n == 0 { b"\n" } else { b",\n" });
        serde_json::to_writer(&mut out, row)?;
    }
    Ok(out)
}

fn csv(rows: &[Row<'_>], first: bool) -> Written {
    let mut writer = csv::Writer::from_writer(Vec::new());
    if first {
        writer.write_record(COLUMNS)?;
    }
    let side = |value: &Option<Value>| value.as_ref().map(Value::to_string).unwrap_or_default();
    for row in rows {
        let actor = row.actor.unwrap_or_default();
        let (before, after) = (side(row.before), side(row.after));
        let verified = if row.verified { "true" } else { "false" };
        let cells = [
            row.id,
            &row.at,
            row.actor_id,
            actor,
            row.via,
            row.action,
            row.subject,
            &before,
            &after,
            row.leaf_hash,
            verified,
        ];
        writer.write_record(cells.map(inert))?;
    }
    Ok(writer.into_inner().map_err(|e| e.to_string())?)
}

#[cfg(test)]
mod tests {
    use super::inert;

    #[test]
    fn formulas_become_texts() {
        assert_eq!(inert("=1+1"), "'=1+1");
        assert_eq!(inert("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(inert("{\"a\":1}"), "{\"a\":1}");
    }
}
