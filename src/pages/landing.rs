use axum::Router;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;

use super::Page;
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/", get(show))
}

async fn show(page: Page) -> Response {
    page.html(app::pages::landing::show)
}

/// The page for a path that nobody has.
pub async fn not_found(page: Page) -> Response {
    page.html_with(StatusCode::NOT_FOUND, app::pages::errors::not_found)
}
