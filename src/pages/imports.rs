use app::pages::agent::{ImportReport, import};
use app::server::Kept;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use futures::stream;
use service::{Actor, ImportError, ImportResult};
use tower_sessions::Session;

use super::{DashboardPage, NoPage};
use crate::auth::MaybeActor;
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/dashboard/agents/{id}/import", get(show).post(upload))
        // The service counts the bytes while they pass.
        .layer(DefaultBodyLimit::disable())
        .route("/dashboard/agents/{id}/import/progress", get(progress))
}

async fn show(
    State(state): State<AppState>,
    DashboardPage { mut page, actor }: DashboardPage,
    Path(id): Path<String>,
) -> Result<Response, NoPage> {
    let report = page.take::<ImportReport>().await?;
    Ok(match state.services.get_agent(&actor, &id).await {
        Ok(agent) => page.html(move || import(agent, report)),
        Err(error) => page.failed(error),
    })
}

/// How many rows were read and how many are done: `1200 250`.
async fn progress(
    State(state): State<AppState>,
    MaybeActor(actor): MaybeActor,
    Path(id): Path<String>,
) -> Response {
    let Some(actor) = actor else { return StatusCode::UNAUTHORIZED.into_response() };
    let text = match state.services.import_progress(&actor, &id).await {
        Ok(progress) => progress.map(|p| format!("{} {}", p.read, p.done)).unwrap_or_default(),
        Err(_) => String::new(),
    };
    ([(header::CACHE_CONTROL, "no-store")], text).into_response()
}

/// Takes the form. What became of the file is told by the page, from the session: a script only learns that there is
/// an answer.
async fn upload(
    State(state): State<AppState>,
    MaybeActor(actor): MaybeActor,
    Path(id): Path<String>,
    session: Session,
    request: Request,
) -> Response {
    let Some(actor) = actor else { return Redirect::to("/login").into_response() };
    let by_script = asks_for_json(request.headers());
    let lang = app::i18n::Lang::of(request.headers());
    let (file, outcome) = read(&state, &actor, &id, request).await;
    if matches!(&outcome, Err(ImportError::Refused(service::Error::NotFound { .. }))) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let report = app::i18n::with_lang(lang, || ImportReport::new(file, outcome));
    if let Err(error) = session.insert(ImportReport::KEY, &report).await {
        tracing::error!(%error, "the report on an import could not be kept");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    if by_script {
        return StatusCode::NO_CONTENT.into_response();
    }
    Redirect::to(&format!("/dashboard/agents/{id}/import")).into_response()
}

fn asks_for_json(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes() == b"application/json")
}

/// The name of the file and what became of it.
async fn read(
    state: &AppState,
    actor: &Actor,
    id: &str,
    request: Request,
) -> (String, Result<ImportResult, ImportError>) {
    let mut form = match Multipart::from_request(request, state).await {
        Ok(form) => form,
        Err(_) => return (String::new(), Err(ImportError::Incomplete)),
    };
    loop {
        match form.next_field().await {
            Ok(Some(field)) if field.name() == Some("file") => {
                let name = field.file_name().unwrap_or_default().to_owned();
                let file = (Some(name.as_str()).filter(|name| !name.is_empty()), field);
                let done = state.services.import_payments(actor, id, file, None).await;
                return (name, done);
            }
            Ok(Some(_)) => {}
            Ok(None) => {
                let nothing = stream::empty::<Result<bytes::Bytes, std::convert::Infallible>>();
                let nothing =
                    state.services.import_payments(actor, id, (None, nothing), None).await;
                return (String::new(), nothing);
            }
            Err(_) => return (String::new(), Err(ImportError::Incomplete)),
        }
    }
}
