//! Every path of the instance.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::state::AppState;
use crate::{api, auth, security, sessions};

/// The whole server: APIs, pages, server functions, assets.
pub fn router(state: AppState) -> Router {
    // Only what a browser visits pays for the session.
    let browser = Router::new()
        .merge(api::gopi::public_router())
        .layer(from_fn_with_state(state.clone(), auth::identify))
        .layer(sessions::layer(&state.services))
        .layer(CompressionLayer::new());
    Router::new()
        .merge(api::router())
        .merge(browser)
        .fallback(unknown_path)
        .layer(DefaultBodyLimit::max(api::MAX_BODY))
        .layer(from_fn(security::headers))
        .layer(CatchPanicLayer::new())
        .with_state(state)
}

/// A path that nobody has: in the form of the API that it would belong to.
async fn unknown_path(_: Request) -> Response {
    api::gopi::unknown_path().await.into_response()
}
