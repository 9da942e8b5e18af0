use app::pages::audit_log::AuditForm;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use service::{AuditQuery, PageRequest};

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

fn day(text: Option<&str>) -> Option<Date> {
    text?.trim().parse().ok()
}

/// The first instant of a day (Unix milliseconds, UTC).
fn start_of(day: Date) -> Option<i64> {
    Some(TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()?.as_millisecond())
}

fn text(day: Option<Date>) -> String {
    day.map(|d| d.to_string()).unwrap_or_default()
}

impl Filter {
    /// The filter as the page shows it: a date that cannot be read is left out and its field empty.
    pub(super) fn into_form(self) -> AuditForm {
        let (from, to) = (day(self.from.as_deref()), day(self.to.as_deref()));
        let query = AuditQuery {
            actor: given(self.actor),
            action: given(self.action),
            subject: given(self.subject),
            via: given(self.via),
            from_ms: from.and_then(start_of),
            until_ms: to.and_then(|d| d.tomorrow().ok()).and_then(start_of),
        };
        let mut form = AuditForm { query, from: text(from), to: text(to), ..AuditForm::default() };
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
    let form = filter.into_form();
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
