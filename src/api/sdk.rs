//! The clients as single files, with this instance's address filled in.

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::state::AppState;

const PYTHON: &str = include_str!("../../sdk/python/gopi_sdk/client.py");
const NODE: &str = include_str!("../../sdk/node/gopi-client.mjs");
/// What the line says in the sources; each has it once.
const DEFAULT: &str = "DEFAULT_BASE_URL = \"http://127.0.0.1:3000\"";

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/sdk/gopi_client.py", get(python)).route("/sdk/gopi-client.mjs", get(node))
}

async fn python(State(state): State<AppState>) -> Response {
    file(PYTHON, "text/x-python; charset=utf-8", &state.public_url)
}

async fn node(State(state): State<AppState>) -> Response {
    file(NODE, "text/javascript; charset=utf-8", &state.public_url)
}

fn file(source: &str, content_type: &'static str, public_url: &str) -> Response {
    // The settings allow no quote in the address.
    let own = format!("DEFAULT_BASE_URL = \"{public_url}\"");
    let headers =
        [(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "public, max-age=300")];
    (headers, source.replace(DEFAULT, &own)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_client_names_its_default_once() {
        for source in [PYTHON, NODE] {
            assert_eq!(source.matches(DEFAULT).count(), 1);
        }
    }
}
