//! Who is behind a browser's request.

use app::server::SECOND_FACTOR;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use model::{UserId, WorkspaceId};
use service::Actor;
use tower_sessions::Session;

use crate::client_address::ClientAddress;
use crate::pages;
use crate::sessions::{PROVED_AT, USER_ID, WORKSPACE_ID, cookie_name};
use crate::state::AppState;

/// The pages of the dashboard for whoever must have a second factor and has none.
const OPEN: &[&str] = &[
    SECOND_FACTOR,
    "/dashboard/settings/app",
    "/dashboard/settings/passkey",
    "/dashboard/settings/recovery-codes",
    app::server::STEP_UP,
];

/// The signed-in person, if anybody is.
#[derive(Debug, Clone)]
pub struct MaybeActor(pub Option<Actor>);

impl<S: Send + Sync> FromRequestParts<S> for MaybeActor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.extensions.get::<Actor>().cloned()))
    }
}

/// Finds out who is signed in and puts the [`Actor`] into the request. On dashboard pages nobody gets further
/// without one.
pub async fn identify(
    State(state): State<AppState>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    match signed_in(&state, &session).await {
        Ok(Some(actor)) => {
            // The service refuses everything else; this leads to what is left.
            let path = request.uri().path();
            if actor.factor_missing && path.starts_with("/dashboard") && !OPEN.contains(&path) {
                return (StatusCode::FOUND, [(header::LOCATION, SECOND_FACTOR)]).into_response();
            }
            if let Some(id) = session.id() {
                let ClientAddress(from) = ClientAddress::of(
                    &state.trusted_proxies,
                    request.headers(),
                    request.extensions(),
                );
                state.services.touch_session(&id.to_string(), from);
            }
            request.extensions_mut().insert(actor);
        }
        Ok(None) if request.uri().path().starts_with("/dashboard") => {
            let path = request.uri().path_and_query().map_or("/dashboard", |p| p.as_str());
            let login = format!("/login?next={}", encode(path));
            return (StatusCode::FOUND, [(header::LOCATION, login)]).into_response();
        }
        Ok(None) => {}
        Err(error) if suspended(error.as_ref()).is_some() => {
            // Public pages and signing out go on as for anybody.
            if request.uri().path().starts_with("/dashboard") {
                let reason = suspended(error.as_ref()).unwrap_or_default().to_owned();
                return pages::suspended(&state, request, reason).await;
            }
        }
        Err(error) => {
            tracing::error!(%error, "the session could not be read");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    }
    next.run(request).await
}

/// The operator's words, where the workspace is suspended.
fn suspended<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a str> {
    match error.downcast_ref() {
        Some(service::Error::Suspended { reason }) => Some(reason),
        _ => None,
    }
}

async fn signed_in(
    state: &AppState,
    session: &Session,
) -> Result<Option<Actor>, Box<dyn std::error::Error + Send + Sync>> {
    let user: Option<String> = session.get(USER_ID).await?;
    let workspace: Option<String> = session.get(WORKSPACE_ID).await?;
    let (Some(user), Some(workspace)) = (user, workspace) else { return Ok(None) };
    let (user, workspace) = (UserId::from_stored(user), WorkspaceId::from_stored(workspace));
    let proved_at_ms = session.get(PROVED_AT).await?;
    Ok(state.services.authenticate_session(&workspace, &user, proved_at_ms).await?)
}

/// Who is signed in by the session cookie, for routes outside the session layer: it would cost every badge more than
/// the badge itself.
pub async fn signed_in_by_cookie(state: &AppState, headers: &HeaderMap) -> Option<Actor> {
    let name = cookie_name(state.services.is_https());
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|v| v.to_str().ok());
    let id = cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(n, value)| (n == name).then_some(value))?;
    let session = state.services.load_session(id).await.ok()??;
    let (user, workspace) = (session.user_id?, session.workspace_id?);
    let actor = state.services.authenticate_session(&workspace, &user, None).await.ok()?;
    actor.filter(|actor| !actor.factor_missing)
}

/// Percent-encodes what may not stand in a query value.
pub(crate) fn encode(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
