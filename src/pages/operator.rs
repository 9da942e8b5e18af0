use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use service::{Error, LegalPage, PageRequest};

use super::{DashboardPage, NoPage};
use crate::state::AppState;

const PER_PAGE: u32 = 50;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/dashboard/operator", get(accounts))
        .route("/dashboard/operator/accounts/{id}", get(account))
        .route("/dashboard/operator/health", get(health))
        .route("/dashboard/operator/plans", get(plans))
        .route("/dashboard/operator/contests", get(contests))
        .route("/dashboard/operator/records", get(records))
        .route("/dashboard/operator/records.md", get(records_file))
        .route("/dashboard/operator/legal", get(legal_texts))
        .route("/dashboard/operator/legal/{page}/{lang}", get(legal_text))
}

#[derive(Deserialize)]
struct Search {
    q: Option<String>,
    cursor: Option<String>,
}

async fn accounts(
    State(state): State<AppState>,
    DashboardPage { mut page, actor }: DashboardPage,
    Query(Search { q, cursor }): Query<Search>,
) -> Result<Response, NoPage> {
    let issued = page.take().await?;
    let services = &state.services;
    let request = PageRequest { limit: PER_PAGE, cursor };
    let found = tokio::try_join!(
        services.list_accounts(&actor, q.as_deref(), &request),
        services.legal_missing(&actor),
        services.list_user_invitations(&actor)
    );
    Ok(match found {
        Ok((accounts, missing, invitations)) => page.html(move || {
            let search = q.unwrap_or_default();
            app::pages::operator::accounts(accounts, search, missing, invitations, issued)
        }),
        Err(error) => page.failed(error),
    })
}

async fn account(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Path(id): Path<String>,
) -> Response {
    match state.services.get_account(&actor, &id).await {
        Ok(account) => {
            let own = account.workspace.id == actor.workspace_id;
            page.html(move || app::pages::operator::account(account, own))
        }
        Err(error) => page.failed(error),
    }
}

async fn health(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
) -> Response {
    match state.services.instance_health(&actor).await {
        Ok(health) => page.html(move || app::pages::operator::health(health)),
        Err(error) => page.failed(error),
    }
}

async fn plans(DashboardPage { page, actor }: DashboardPage) -> Response {
    if actor.operator() {
        page.html(app::pages::operator::plans)
    } else {
        page.failed(Error::NotFound { what: "page" })
    }
}

async fn contests(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
) -> Response {
    match state.services.list_open_contests(&actor).await {
        Ok(open) => page.html(move || app::pages::operator::contests(open)),
        Err(error) => page.failed(error),
    }
}

async fn records(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
) -> Response {
    match state.services.records(&actor, page.cx.lang.code()).await {
        Ok(records) => page.html(move || app::pages::operator::records(records)),
        Err(error) => page.failed(error),
    }
}

async fn records_file(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
) -> Response {
    let lang = page.cx.lang;
    match state.services.records(&actor, lang.code()).await {
        Ok(records) => {
            let text =
                app::i18n::with_lang(lang, || app::pages::operator::records_text(&records, lang));
            let headers = [
                (header::CONTENT_TYPE, "text/markdown; charset=utf-8"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"records.md\""),
                (header::CACHE_CONTROL, "private, no-store"),
            ];
            (headers, text).into_response()
        }
        Err(error) => page.failed(error),
    }
}

async fn legal_texts(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
) -> Response {
    match state.services.list_legal_texts(&actor).await {
        Ok(texts) => page.html(move || app::pages::operator::legal_texts(texts)),
        Err(error) => page.failed(error),
    }
}

async fn legal_text(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Path((name, lang)): Path<(String, String)>,
) -> Response {
    let found = state.services.list_legal_texts(&actor).await.and_then(|texts| {
        let wanted = |text: &service::LegalText| {
            LegalPage::from_text(&name).is_ok_and(|page| page == text.page) && text.lang == lang
        };
        texts.into_iter().find(wanted).ok_or(Error::NotFound { what: "legal text" })
    });
    match found {
        Ok(text) => page.html(move || app::pages::operator::legal_text(text)),
        Err(error) => page.failed(error),
    }
}
