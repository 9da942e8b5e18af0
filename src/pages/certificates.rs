use app::page::PageCx;
use app::pages::certificates::{self as views, Narrowed};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use model::Visibility;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::{CertificateFilter, PageRequest, PublicCertificate, PublicKey};

use super::{DashboardPage, Page};
use crate::state::AppState;

const PER_PAGE: u32 = 50;
/// Agents that the filter offers.
const OFFERED: u32 = 100;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/dashboard/certificates", get(list))
        .route("/dashboard/certificates/{id}", get(show))
        .route("/c/{name}", get(public))
}

#[derive(Deserialize)]
struct Filter {
    state: Option<String>,
    agent: Option<String>,
    cursor: Option<String>,
}

async fn list(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Query(query): Query<Filter>,
) -> Response {
    let narrowed = Narrowed {
        // What is no state narrows nothing, like an empty choice.
        state: query.state.and_then(|state| state.parse().ok()),
        agent: query.agent.filter(|id| !id.is_empty()),
    };
    let filter = CertificateFilter { agent_id: narrowed.agent.clone(), state: narrowed.state };
    let request = PageRequest { limit: PER_PAGE, cursor: query.cursor };
    let offered = PageRequest::first(OFFERED);
    let found = tokio::try_join!(
        state.services.list_all_certificates(&actor, &filter, &request),
        state.services.list_agents(&actor, &offered)
    );
    match found {
        Ok((certificates, agents)) => {
            let agents = agents.items.into_iter().map(|detail| detail.agent).collect();
            page.html(move || views::list(certificates, narrowed, agents))
        }
        Err(error) => page.failed(error),
    }
}

async fn show(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Path(id): Path<String>,
) -> Response {
    match state.services.get_certificate(&actor, &id).await {
        Ok(certificate) => page.html(move || views::show(certificate)),
        Err(error) => page.failed(error),
    }
}

/// How a certificate is looked at: as a page, or as a file by the ending of its name.
enum Form {
    Page,
    Json,
    Svg,
}

async fn public(page: Page, State(state): State<AppState>, Path(name): Path<String>) -> Response {
    let (id, form) = match name.rsplit_once('.') {
        Some((id, "json")) => (id, Form::Json),
        Some((id, "svg")) => (id, Form::Svg),
        _ => (name.as_str(), Form::Page),
    };
    let found = match state.services.public_certificate(id, page.actor.as_ref()).await {
        Ok(found) => found,
        Err(error) => return page.failed(error),
    };
    match form {
        Form::Page => page.html(move || views::public(&found)),
        Form::Json => json(&state, &found),
        Form::Svg => svg(page.cx, &found),
    }
}

/// The signed form with what it says and the key that checks it.
#[derive(Serialize)]
struct Document<'a> {
    certificate_id: &'a str,
    state: &'static str,
    revoked_reason: Option<&'a str>,
    credential: &'a str,
    claims: Option<&'a Value>,
    public_key: Option<&'a PublicKey>,
    keys_url: String,
}

fn json(state: &AppState, found: &PublicCertificate) -> Response {
    let document = Document {
        certificate_id: found.certificate.id.as_str(),
        state: found.state.as_str(),
        revoked_reason: found.certificate.revoked_reason.as_deref(),
        credential: &found.certificate.credential,
        claims: found.signed.as_ref().map(|(claims, _)| claims),
        public_key: found.signed.as_ref().map(|(_, key)| key),
        keys_url: format!("{}/.well-known/jwks.json", state.public_url),
    };
    file(found, axum::Json(document).into_response(), "json")
}

fn svg(cx: PageCx, found: &PublicCertificate) -> Response {
    let svg = app::render_svg(cx, || views::drawing(found));
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml; charset=utf-8"),
        // Its look stands inside it; nothing else may.
        (header::CONTENT_SECURITY_POLICY, DRAWING_CSP),
        (header::VARY, "Accept-Language, Cookie"),
    ];
    file(found, (headers, svg).into_response(), "svg")
}

const DRAWING_CSP: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// A download that others may keep for a minute, unless the agent is private.
fn file(found: &PublicCertificate, mut response: Response, ending: &str) -> Response {
    let private = found.agent.visibility == Visibility::Private;
    let cache = if private { "private, no-store" } else { "public, max-age=60" };
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::CACHE_CONTROL, cache);
    if !private {
        set(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    }
    let name = format!("attachment; filename=\"{}.{ending}\"", found.certificate.id);
    if let Ok(value) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
