use std::any::Any;

use app::pages::errors;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Page;
use super::page::{context, html};
use crate::state::AppState;

/// The page for a path that nobody has.
pub async fn not_found(page: Page) -> Response {
    page.html_with(StatusCode::NOT_FOUND, errors::not_found)
}

/// The answer where a page fell over; [`error_pages`] makes a page of it. The panic went to the log already.
pub fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// Puts a page in the place of an error that has none: a panic, a session that could not be read, a query that could not
/// be understood.
pub async fn error_pages(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let cx = context(&state, request.headers(), request.uri());
    let response = next.run(request).await;
    let status = response.status();
    let readable = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| {
        let kind = kind.as_bytes();
        kind.starts_with(b"text/html") || kind.starts_with(b"application/json")
    });
    if readable {
        return response;
    }
    match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
            html(status, cx, errors::not_found)
        }
        StatusCode::BAD_REQUEST
        | StatusCode::PAYLOAD_TOO_LARGE
        | StatusCode::UNSUPPORTED_MEDIA_TYPE
        | StatusCode::UNPROCESSABLE_ENTITY => html(status, cx, errors::refused),
        StatusCode::TOO_MANY_REQUESTS => {
            let mut page = html(status, cx, errors::too_many);
            // When to come back.
            page.headers_mut().extend(response.into_parts().0.headers);
            page
        }
        _ if status.is_server_error() => html(status, cx, errors::broken),
        _ => response,
    }
}
