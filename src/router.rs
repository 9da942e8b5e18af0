//! Every path of the instance.

use std::net::IpAddr;

use app::server::Unproved;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use leptos::prelude::provide_context;
use service::Actor;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_sessions::Session;

use crate::client_address::{ClientAddress, client};
use crate::state::AppState;
use crate::{api, assets, auth, pages, security, sessions};

/// The whole server: APIs, pages, server functions, assets.
pub fn router(state: AppState) -> Router {
    // Only what a browser visits pays for the session.
    let browser = Router::new()
        .merge(pages::router())
        .route("/fn/{name}", post(call))
        .fallback(pages::not_found)
        .layer(from_fn_with_state(state.clone(), auth::identify))
        .layer(sessions::layer(&state.services))
        .layer(from_fn_with_state(state.clone(), security::same_origin))
        .layer(from_fn_with_state(state.clone(), api::limits::pages));
    Router::new()
        .merge(api::router().layer(from_fn_with_state(state.clone(), api::limits::api)))
        .merge(assets::router())
        .route("/v1/{*path}", axum::routing::any(api::gopi::unknown_path))
        .layer(CatchPanicLayer::custom(api::panicked))
        .merge(with_error_pages(browser, &state).layer(CompressionLayer::new()))
        .layer(DefaultBodyLimit::max(api::MAX_BODY))
        .layer(from_fn_with_state(state.clone(), security::headers))
        .with_state(state)
}

/// Answers with a page wherever something failed before there was one, panics among them.
fn with_error_pages(browser: Router<AppState>, state: &AppState) -> Router<AppState> {
    browser
        .layer(CatchPanicLayer::custom(pages::panicked))
        .layer(from_fn_with_state(state.clone(), pages::error_pages))
}

/// What the dashboard's forms post to.
async fn call(
    State(state): State<AppState>,
    Path(name): Path<String>,
    session: Session,
    request: Request,
) -> Response {
    // Before anything is read off it: a server function takes a body of any type.
    let actor = request.extensions().get::<Actor>().cloned();
    let ClientAddress(address) =
        ClientAddress::of(&state.trusted_proxies, request.headers(), request.extensions());
    let now_ms = state.services.now_ms();
    if let Some(refused) = state.limits.refuse_form(actor.as_ref(), address, now_ms) {
        return refused;
    }
    if !is_form(request.headers()) {
        let mut response = run(state, request, address).await;
        response.headers_mut().remove(app::server::KEEP);
        return response;
    }
    let (mut parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, api::MAX_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let fields: Vec<(String, String)> = form_urlencoded::parse(&bytes).into_owned().collect();
    let form = (name.as_str(), fields);
    // A form that was sent again, together with who sends it.
    if let Some(actor) = &actor {
        match app::server::step_up(&state.services, &session, actor, &form).await {
            Ok(Some(proved)) => drop(parts.extensions.insert(proved)),
            Ok(None) => {}
            Err(Unproved::Refused) => return found(app::server::STEP_UP),
            Err(Unproved::Failed(error)) => return not_kept(error),
        }
    }
    let request = Request::from_parts(parts, Body::from(bytes));
    let mut response = run(state, request, address).await;
    let kept = match response.headers_mut().remove(app::server::KEEP) {
        Some(why) if why == app::server::KEEP_DRAFT => {
            app::server::keep_draft(&session, form, now_ms).await
        }
        Some(_) => app::server::keep_step_up(&session, &form, now_ms).await,
        None => return response,
    };
    match kept {
        Ok(to) => {
            if let Ok(to) = HeaderValue::from_str(&to) {
                response.headers_mut().insert(header::LOCATION, to);
            }
            response
        }
        Err(error) => not_kept(error),
    }
}

fn found(to: &'static str) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, to)]).into_response()
}

fn not_kept(error: impl std::fmt::Display) -> Response {
    tracing::error!(%error, "a form could not be kept");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE);
    content_type.is_some_and(|t| t.as_bytes().starts_with(b"application/x-www-form-urlencoded"))
}

async fn run(state: AppState, request: Request, address: IpAddr) -> Response {
    let client = client(ClientAddress(address), request.headers());
    let now = state.services.now_ms().to_string();
    let changed = app::server::host_cookie(state.services.is_https(), "changed", &now, None);
    let lang = app::i18n::Lang::of(request.headers());
    let context = move || {
        provide_context(state.services.clone());
        provide_context(lang);
        provide_context(app::server::ClientIp(address));
        provide_context(client.clone());
        let limits = state.limits.clone();
        provide_context(app::server::Attempts::new(move |email| limits.attempt(address, email)));
    };
    let mut response =
        leptos_axum::handle_server_fns_with_context(context, request).await.into_response();
    // Pages that the browser asked for ahead vary by cookie: after a change it uses none of them.
    if let Ok(changed) = HeaderValue::from_str(&changed) {
        response.headers_mut().append(header::SET_COOKIE, changed);
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use axum::routing::get;
    use service::{Clock, Entropy, Services, Settings, StoreConfig};
    use tower::ServiceExt;

    use super::*;

    async fn boom() -> StatusCode {
        panic!("on purpose")
    }

    #[tokio::test]
    async fn a_page_that_panics_or_fails_answers_with_a_page() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            store: StoreConfig {
                url: format!("sqlite://{}/surety.db", folder.path().display()),
                connections: 1,
            },
            master_key: [7; 32],
            public_url: "https://trust.example.com".to_owned(),
            default_plan: model::Plan::Free,
            operator_token: None,
            registration: service::Registration::Open,
            second_factor: service::SecondFactorRule::Optional,
            mail: None,
            ingest_queue: 1,
            webhooks: service::WebhookSettings {
                allow_loopback: true,
                hosts: service::WebhookHosts::default(),
                resolver: service::Resolver::system(),
                render: crate::api::render_webhook,
            },
            breached_passwords: None,
            data_folder: folder.path().to_owned(),
            retention: service::Retention::default(),
        };
        let services = Services::open(settings, Clock::system(), Entropy::system()).await.unwrap();
        let state = AppState::new(services);
        let failing = Router::new()
            .route("/boom", get(boom))
            .route("/empty", get(async || StatusCode::INTERNAL_SERVER_ERROR))
            .route("/json", get(async || (StatusCode::BAD_GATEWAY, axum::Json(1))));
        let router = with_error_pages(failing, &state).with_state(state);
        for (path, lang, words) in [
            ("/boom", "en", "Something failed on our side"),
            ("/boom", "de", "Bei uns ist etwas fehlgeschlagen"),
            ("/empty", "en", "Something failed on our side"),
        ] {
            let request = Request::get(path).header("accept-language", lang);
            let request = request.body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
            let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            let html = String::from_utf8(body.to_vec()).unwrap();
            assert!(html.contains(words) && !html.contains("on purpose"), "{path}: {html}");
        }
        let request = Request::get("/json").body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
    }
}
