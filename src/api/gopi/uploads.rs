//! `POST /v1/agents/{id}/upload-history`: a CSV file, as a multipart field `file` or as the body itself.

use axum::Json as Answer;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State};
use axum::http::{StatusCode, header};
use bytes::Bytes;
use futures::Stream;
use service::{Actor, FILE_ENDINGS, Idempotency, ImportError, MAX_IMPORT_BYTES};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{ApiError, Caller, Id, Target, wire};
use crate::state::AppState;

/// What a multipart body adds around the file at most.
const FRAME: usize = 64 * 1024;

/// The route: the service counts the bytes while they pass, so that no limit of ours stops them.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(upload)).layer(DefaultBodyLimit::disable())
}

/// Upload a payment history
///
/// A CSV file of up to 50 MB, as the body itself or as the field `file` of a form, there with a name that ends in .csv or .txt. All of it is imported or nothing, and rows that are there already are skipped: the same file twice changes nothing. The header row names the columns, in any order: `date` (or `due_at`) and `amount`, and if you like `currency`, `status`, `payment_source`, `is_autonomous`, `reference`.
#[utoipa::path(
    post,
    path = "/v1/agents/{id}/upload-history",
    operation_id = "upload_history",
    tag = "Payments",
    security(("token" = []), ("api_key" = [])),
    params(wire::AgentPath),
    request_body(content((String = "text/csv", example = "date,amount,status
2026-10-14,12.50,on_time
"), (wire::HistoryForm = "multipart/form-data"))),
    responses((status = 200, description = "How many rows were imported", body = wire::Imported), (status = 400, description = "The file did not arrive whole, or the form cannot be read (`BAD_REQUEST`)", body = wire::Problem), (status = 413, description = "More than 50 MB (`PAYLOAD_TOO_LARGE`)", body = wire::Problem), (status = 415, description = "Neither `text/csv` nor a form (`UNSUPPORTED_MEDIA_TYPE`)", body = wire::Problem), (status = 422, description = "Nothing was imported; `errors` names the first hundred bad rows (`VALIDATION_ERROR`)", body = wire::Problem))
)]
async fn upload(
    State(state): State<AppState>,
    Caller(actor): Caller,
    Id(id): Id,
    request: Request,
) -> Result<Answer<wire::Imported>, ApiError> {
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
            import(&state, &actor, &id, (None, body), idempotency).await?
        }
        "multipart/form-data" => {
            let form = Multipart::from_request(request, &state).await;
            let mut form = form.map_err(|_| ApiError::unreadable_form())?;
            loop {
                let field = form.next_field().await.map_err(|_| ApiError::unreadable_form())?;
                let field = field.ok_or_else(|| ApiError::invalid("file", "is required"))?;
                if field.name() == Some("file") {
                    let name = field.file_name().map(str::to_owned);
                    break import(&state, &actor, &id, (name, field), idempotency).await?;
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
    (name, file): (Option<String>, S),
    idempotency: Option<Idempotency>,
) -> Result<wire::Imported, ApiError>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin + Send,
    E: Send,
{
    match state.services.import_payments(actor, id, (name.as_deref(), file), idempotency).await {
        Ok(done) => Ok(done.into()),
        Err(ImportError::Rows(rows)) => {
            let rows: Vec<_> = rows.into_iter().map(wire::WrongRow::from).collect();
            Err(ApiError::wrong_rows(&rows))
        }
        Err(ImportError::TooLarge) => Err(ApiError::file_too_large()),
        Err(ImportError::Incomplete) => Err(ApiError::incomplete()),
        Err(ImportError::WrongName) => {
            let endings = FILE_ENDINGS.join(" or ");
            Err(ApiError::invalid("file", &format!("must have a name that ends in {endings}")))
        }
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

    fn unreadable_form() -> Self {
        let message = "The form cannot be read, or did not arrive whole.";
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }

    fn not_a_csv() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UNSUPPORTED_MEDIA_TYPE",
            "Send the file as \"text/csv\", or as the field \"file\" of \"multipart/form-data\".",
        )
    }
}
