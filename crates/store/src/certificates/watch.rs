//! What the nightly recomputation and the notices of an end ask of certificates, across all workspaces.

use model::{Certificate, CertificateId, WorkspaceId};

use super::{CertificateRow, columns};
use crate::engine::on_db;
use crate::{Conn, Result, Tx};

#[derive(sqlx::FromRow)]
struct OwnedRow {
    workspace_id: String,
    #[sqlx(flatten)]
    certificate: CertificateRow,
}

fn owned(rows: Vec<OwnedRow>) -> Result<Vec<(WorkspaceId, Certificate)>> {
    rows.into_iter()
        .map(|row| {
            Ok((WorkspaceId::from_stored(row.workspace_id), row.certificate.into_certificate()?))
        })
        .collect()
}

/// The certificates of all workspaces that are in force at `now_ms`, by their ids from after `after` on.
pub async fn list_in_force(
    conn: &mut Conn,
    now_ms: i64,
    after: &str,
    limit: i64,
) -> Result<Vec<(WorkspaceId, Certificate)>> {
    let rows: Vec<OwnedRow> = on_db!(conn, c => sqlx::query_as(
        concat!("SELECT ", columns!(), ", c.workspace_id
         FROM certificates c
         WHERE superseded_at_ms IS NULL AND revoked_at_ms IS NULL AND suspended_at_ms IS NULL AND id > $2
             AND valid_until_ms > $1
         ORDER BY id LIMIT $3"),
    )
    .bind(now_ms)
    .bind(after)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    owned(rows)
}

/// Suspends a certificate; `false` if it is not in force any more.
pub async fn update_suspended(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    id: &CertificateId,
    at_ms: i64,
) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE certificates SET suspended_at_ms = $3
         WHERE workspace_id = $1 AND id = $2 AND superseded_at_ms IS NULL AND revoked_at_ms IS NULL
             AND suspended_at_ms IS NULL AND valid_until_ms > $3",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .bind(at_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// How far ahead of its end a certificate's notices are given; the end itself is the third notice.
#[derive(Debug, Clone, Copy)]
pub struct NoticeTimes {
    /// Now (Unix milliseconds).
    pub now_ms: i64,
    /// Certificates that end before this have the first notice due.
    pub first_until_ms: i64,
    /// Certificates that end before this have the second notice due.
    pub second_until_ms: i64,
}

/// The certificates of all workspaces that have a notice of their end due, first ending first.
pub async fn list_to_notify(
    conn: &mut Conn,
    times: NoticeTimes,
    limit: i64,
) -> Result<Vec<(WorkspaceId, Certificate)>> {
    let rows: Vec<OwnedRow> = on_db!(conn, c => sqlx::query_as(
        concat!("SELECT ", columns!(), ", c.workspace_id
         FROM certificates c
         WHERE superseded_at_ms IS NULL AND revoked_at_ms IS NULL AND notice < 3 AND valid_until_ms <= $2
             AND notice < CASE WHEN valid_until_ms <= $1 THEN 3 WHEN valid_until_ms <= $3 THEN 2 ELSE 1 END
         ORDER BY valid_until_ms LIMIT $4"),
    )
    .bind(times.now_ms)
    .bind(times.first_until_ms)
    .bind(times.second_until_ms)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    owned(rows)
}

/// Notes a notice (1, 2 or 3); `false` if that one or a later one was given before.
pub async fn update_notice(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    id: &CertificateId,
    notice: i64,
) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE certificates SET notice = $3 WHERE workspace_id = $1 AND id = $2 AND notice < $3",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .bind(notice)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}
