use app::pages::webhooks as views;
use app::pages::webhooks::{DeliveryQuery, Language};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use service::{Actor, PageRequest};

use super::{DashboardPage, NoPage, Page};
use crate::state::AppState;

const PER_PAGE: u32 = 50;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/dashboard/webhooks", get(list))
        .route("/dashboard/webhooks/new", get(new))
        .route("/dashboard/webhooks/{id}", get(show))
        .route("/dashboard/webhooks/{id}/deliveries/{event}", get(delivery))
        .route("/dashboard/webhooks/{id}/signing", get(signing))
        .route("/dashboard/webhooks/{id}/settings", get(settings))
}

#[derive(Deserialize)]
struct Cursor {
    cursor: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Look {
    code: String,
}

async fn list(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Query(Cursor { cursor }): Query<Cursor>,
) -> Response {
    let request = PageRequest { limit: PER_PAGE, cursor };
    match state.services.list_endpoint_details(&actor, &request).await {
        Ok(endpoints) => page.html(move || views::list(endpoints)),
        Err(error) => page.failed(error),
    }
}

async fn new(DashboardPage { page, .. }: DashboardPage) -> Response {
    page.html(views::new)
}

async fn show(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Path(id): Path<String>,
    Query(query): Query<DeliveryQuery>,
) -> Response {
    log(&state, (page, &actor), (&id, None), query).await
}

async fn delivery(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Path((id, event)): Path<(String, String)>,
    Query(query): Query<DeliveryQuery>,
) -> Response {
    log(&state, (page, &actor), (&id, Some(&event)), query).await
}

async fn log(
    state: &AppState,
    (page, actor): (Page, &Actor),
    of: (&str, Option<&str>),
    query: DeliveryQuery,
) -> Response {
    let filter = query.filter(&page.cx.time_zone);
    let request = PageRequest { limit: PER_PAGE, cursor: query.cursor() };
    match state.services.endpoint_log(actor, of, &filter, &request).await {
        Ok(log) => page.html(move || views::show(log, query)),
        Err(error) => page.failed(error),
    }
}

async fn signing(
    State(state): State<AppState>,
    DashboardPage { mut page, actor }: DashboardPage,
    Path(id): Path<String>,
    Query(look): Query<Look>,
) -> Result<Response, NoPage> {
    let shown = page.take().await?;
    Ok(match state.services.get_endpoint(&actor, &id).await {
        Ok(endpoint) => {
            page.html(move || views::signing(endpoint, shown, Language::of(&look.code)))
        }
        Err(error) => page.failed(error),
    })
}

async fn settings(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Path(id): Path<String>,
) -> Response {
    match state.services.get_endpoint(&actor, &id).await {
        Ok(endpoint) => page.html(move || views::settings(endpoint)),
        Err(error) => page.failed(error),
    }
}
