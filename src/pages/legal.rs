use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use service::LegalPage;

use super::Page;
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/imprint", get(imprint)).route("/privacy", get(privacy))
}

async fn imprint(page: Page, State(state): State<AppState>) -> Response {
    show(page, &state, LegalPage::Imprint).await
}

async fn privacy(page: Page, State(state): State<AppState>) -> Response {
    show(page, &state, LegalPage::Privacy).await
}

async fn show(page: Page, state: &AppState, which: LegalPage) -> Response {
    match state.services.legal_text(which, page.cx.lang.code()).await {
        Ok(text) => page.html(move || app::pages::legal::show(text)),
        Err(error) => page.failed(error),
    }
}
