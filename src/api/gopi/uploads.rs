//! `POST /v1/agents/{id}/upload-history`: a CSV file, as a multipart field `file` or as the body itself.

use axum::Json as Answer;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::routing::post;
use bytes::Bytes;
use futures::Stream;
use serde::Serialize;
use service::{Actor, Idempotency, ImportError, ImportResult, MAX_IMPORT_BYTES, RowError};

use super::{ApiError, Caller, Target};
use crate::state::AppState;

/// What a multipart body adds around the file at most.
const FRAME: usize = 64 * 1024;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/v1/agents/{id}/upload-history", post(upload))
        // The service counts the bytes while they pass.
        .layer(DefaultBodyLimit::disable())
}

#[derive(Serialize)]
struct Imported {
    imported: i64,
    skipped: i64,
    counted: i64,
}

/// One mistake in a file.
#[derive(Debug, Serialize)]
pub struct WrongRow {
    pub(super) row: i64,
    pub(super) column: Option<String>,
    pub(super) message: String,
}

impl From<RowError> for WrongRow {
    fn from(error: RowError) -> Self {
        Self { message: error.rule.to_string(), row: error.row, column: error.column }
    }
}

async fn upload(
    State(state): State<AppState>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    request: Request,
) -> Result<Answer<Imported>, ApiError> {
    // The hash of the body is taken while it passes.
    let idempotency = Target::of(&request).idempotency(&[])?;
    let declared = request.headers().get(header::CONTENT_LENGTH);
    let declared = declared.and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > MAX_IMPORT_BYTES + FRAME) {
        return Err(ApiError::file_too_large());
    }
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let media_type = content_type.unwrap_or_default().split(';').next().unwrap_or_default();
    let done = match media_type.trim().to_ascii_lowercase().as_str() {
        "text/csv" => {
            let body = request.into_body().into_data_stream();
            import(&state, &actor, &id, body, idempotency).await?
        }
        "multipart/form-data" => {
            let form = Multipart::from_request(request, &state).await;
            let mut form = form.map_err(|_| ApiError::incomplete())?;
            loop {
                let field = form.next_field().await.map_err(|_| ApiError::incomplete())?;
                let field = field.ok_or_else(|| ApiError::invalid("file", "is required"))?;
                if field.name() == Some("file") {
                    break import(&state, &actor, &id, field, idempotency).await?;
                }
            }
        }
        _ => return Err(ApiError::not_a_csv()),
    };
    Ok(Answer(done))
}

async fn import<S, E>(
    state: &AppState,
    actor: &Actor,
    id: &str,
    file: S,
    idempotency: Option<Idempotency>,
) -> Result<Imported, ApiError>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin + Send,
    E: Send,
{
    match state.services.import_payments(actor, id, file, idempotency).await {
        Ok(ImportResult { imported, skipped, counted }) => {
            Ok(Imported { imported, skipped, counted })
        }
        Err(ImportError::Rows(rows)) => {
            let rows: Vec<_> = rows.into_iter().map(WrongRow::from).collect();
            Err(ApiError::wrong_rows(&rows))
        }
        Err(ImportError::TooLarge) => Err(ApiError::file_too_large()),
        Err(ImportError::Incomplete) => Err(ApiError::incomplete()),
        Err(ImportError::Refused(error)) => Err(error.into()),
    }
}

impl ApiError {
    fn file_too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "PAYLOAD_TOO_LARGE",
            format!("The file must have at most {MAX_IMPORT_BYTES} bytes."),
        )
    }

    fn incomplete() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", "The file did not arrive whole.")
    }

    fn not_a_csv() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UNSUPPORTED_MEDIA_TYPE",
            "Send the file as \"text/csv\", or as the field \"file\" of \"multipart/form-data\".",
        )
    }
}
