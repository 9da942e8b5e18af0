use axum::Router;
use axum::response::Response;
use axum::routing::get;

use super::Page;
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/imprint", get(imprint)).route("/privacy", get(privacy))
}

async fn imprint(page: Page) -> Response {
    page.html(app::pages::legal::imprint)
}

async fn privacy(page: Page) -> Response {
    page.html(app::pages::legal::privacy)
}
