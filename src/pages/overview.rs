use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use service::{ChartQuery, ChartRange, Compare};

use super::{DashboardPage, NoPage, csv_file};
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/dashboard", get(show))
        .route("/dashboard/overview.csv", get(csv))
        .route("/dashboard/welcome", get(welcome))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Look {
    range: String,
    from: String,
    to: String,
    compare: String,
    currency: String,
    agent: String,
}

impl Look {
    fn query(self) -> ChartQuery {
        ChartQuery {
            range: ChartRange::of(&self.range, &self.from, &self.to),
            compare: Compare::of(&self.compare),
            currency: self.currency.parse().ok(),
            agent_id: Some(self.agent).filter(|id| !id.is_empty()),
        }
    }
}

async fn show(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Query(look): Query<Look>,
) -> Response {
    match state.services.overview(&actor, &look.query()).await {
        Ok(overview) => page.html(move || app::pages::overview::show(overview)),
        Err(error) => page.failed(error),
    }
}

async fn csv(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Query(look): Query<Look>,
) -> Response {
    match state.services.money_chart(&actor, &look.query()).await {
        Ok(chart) => {
            let [from, to] = [chart.span().from_ms, chart.span().until_ms - 1]
                .map(|at_ms| chart.zone.timestamp(at_ms))
                .map(|at| at.split('T').next().unwrap_or_default().to_owned());
            let name = format!("surety-{from}-{to}-{}", chart.currency);
            let text = app::page::with_cx(page.cx, || app::charts::csv(&chart));
            csv_file(&name, text)
        }
        Err(error) => page.failed(error),
    }
}

async fn welcome(DashboardPage { mut page, .. }: DashboardPage) -> Result<Response, NoPage> {
    let issued = page.take().await?;
    Ok(page.html(move || app::pages::overview::welcome(issued)))
}
