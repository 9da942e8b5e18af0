use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::stream;
use service::ExportFile;
use tokio::fs::File;
use tokio::io::AsyncReadExt;

use super::{DashboardPage, Page};
use crate::state::AppState;

/// Bytes of a file that are read at a time.
const CHUNK: usize = 64 * 1024;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/dashboard/settings/data", get(show))
        .route("/dashboard/settings/data/exports/{id}", get(download))
        .route("/account-deleted", get(deleted))
}

async fn show(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
) -> Response {
    let services = &state.services;
    match tokio::try_join!(services.account_end(&actor), services.list_exports(&actor)) {
        Ok((end, exports)) => page.html(move || app::pages::personal_data::show(end, exports)),
        Err(error) => page.failed(error),
    }
}

async fn download(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Path(id): Path<String>,
) -> Response {
    match state.services.open_export(&actor, &id).await {
        Ok(file) => answer(file).await.unwrap_or_else(|error| {
            tracing::error!(%error, "an archive of an account could not be read");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }),
        Err(error) => page.failed(error),
    }
}

async fn answer(found: ExportFile) -> std::io::Result<Response> {
    let file = File::open(&found.path).await?;
    let bytes = file.metadata().await?.len();
    let chunks = stream::try_unfold(file, |mut file| async move {
        let mut chunk = vec![0; CHUNK];
        let read = file.read(&mut chunk).await?;
        chunk.truncate(read);
        Ok::<_, std::io::Error>((read > 0).then(|| (Bytes::from(chunk), file)))
    });
    let name = format!("attachment; filename=\"{}\"", found.name);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_LENGTH, HeaderValue::from(bytes)),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(std::io::Error::other)?),
    ];
    Ok((headers, Body::from_stream(chunks)).into_response())
}

async fn deleted(page: Page) -> Response {
    page.html(app::pages::personal_data::deleted)
}
