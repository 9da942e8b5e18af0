use app::pages::audit_log::AuditForm;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use service::{AuditQuery, PageRequest, Zone};

use super::{DashboardPage, audit_export};
use crate::state::AppState;

const PER_PAGE: u32 = 50;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/dashboard/audit-log", get(list))
        .route("/dashboard/audit-log/export", get(audit_export::export))
        .route("/dashboard/audit-log/{id}", get(show))
}

/// The filter as it stands in the URL.
#[derive(Deserialize)]
pub(super) struct Filter {
    actor: Option<String>,
    action: Option<String>,
    subject: Option<String>,
    via: Option<String>,
    from: Option<String>,
    to: Option<String>,
    cursor: Option<String>,
    pub(super) format: Option<String>,
}

fn given(text: Option<String>) -> Option<String> {
    text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty())
}

impl Filter {
    /// The filter as the page shows it: a date that cannot be read is left out and its field empty. The days are those
    /// of a time zone.
    pub(super) fn into_form(self, zone: &Zone) -> AuditForm {
        let (from, to) = (given(self.from), given(self.to));
        let from_ms = from.as_deref().and_then(|day| zone.start_of_text(day));
        let until_ms = to.as_deref().and_then(|day| zone.end_of_text(day));
        let query = AuditQuery {
            actor: given(self.actor),
            action: given(self.action),
            subject: given(self.subject),
            via: given(self.via),
            from_ms,
            until_ms,
        };
        let from = from.filter(|_| from_ms.is_some()).unwrap_or_default();
        let to = to.filter(|_| until_ms.is_some()).unwrap_or_default();
        let mut form = AuditForm { query, from, to, ..AuditForm::default() };
        form.encoded = encoded(&form);
        form
    }
}

fn encoded(form: &AuditForm) -> String {
    let query = &form.query;
    let (from, to) = (Some(form.from.as_str()), Some(form.to.as_str()));
    let pairs = [
        ("actor", query.actor.as_deref()),
        ("action", query.action.as_deref()),
        ("subject", query.subject.as_deref()),
        ("via", query.via.as_deref()),
        ("from", from.filter(|day| !day.is_empty())),
        ("to", to.filter(|day| !day.is_empty())),
    ];
    let pairs = pairs.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let pairs: Vec<_> =
        pairs.map(|(name, value)| format!("{name}={}", crate::auth::encode(value))).collect();
    pairs.join("&")
}

async fn list(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Query(filter): Query<Filter>,
) -> Response {
    let request = PageRequest { limit: PER_PAGE, cursor: filter.cursor.clone() };
    let form = filter.into_form(&page.cx.time_zone);
    match state.services.audit_trail(&actor, &form.query, &request).await {
        Ok(trail) => page.html(move || app::pages::audit_log::list(trail, form)),
        Err(error) => page.failed(error),
    }
}

async fn show(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Path(id): Path<String>,
) -> Response {
    match state.services.audit_record(&actor, &id).await {
        Ok(record) => page.html(move || app::pages::audit_log::show(record)),
        Err(error) => page.failed(error),
    }
}
