use axum::Router;
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
