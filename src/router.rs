//! Every path of the instance.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use leptos::prelude::provide_context;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::state::AppState;
use crate::{api, assets, auth, pages, security, sessions};

/// The whole server: APIs, pages, server functions, assets.
pub fn router(state: AppState) -> Router {
    // Only what a browser visits pays for the session.
    let browser = Router::new()
        .merge(pages::router())
        .merge(server_functions(&state))
        .fallback(pages::not_found)
        .layer(from_fn_with_state(state.clone(), auth::identify))
        .layer(sessions::layer(&state.services))
        .layer(from_fn_with_state(state.clone(), api::limits::pages))
        .layer(CompressionLayer::new());
    Router::new()
        .merge(api::router().layer(from_fn_with_state(state.clone(), api::limits::api)))
        .merge(assets::router())
        .route("/v1/{*path}", axum::routing::any(api::gopi::unknown_path))
        .merge(browser)
        .layer(DefaultBodyLimit::max(api::MAX_BODY))
        .layer(from_fn(security::headers))
        .layer(CatchPanicLayer::new())
        .with_state(state)
}

/// What the dashboard's forms post to.
fn server_functions(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/fn/{name}", post(call))
        .layer(from_fn_with_state(state.clone(), security::same_origin))
}

async fn call(State(state): State<AppState>, request: Request) -> Response {
    let address = api::limits::client_address(request.extensions());
    let AppState { services, limits, .. } = state;
    let lang = app::i18n::Lang::of(request.headers());
    let context = move || {
        provide_context(services.clone());
        provide_context(lang);
        let limits = limits.clone();
        provide_context(app::server::Attempts::new(move |email| limits.attempt(address, email)));
    };
    leptos_axum::handle_server_fns_with_context(context, request).await.into_response()
}
