use app::pages::payments::{PaymentQuery, PaymentsView, payments};
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use futures::{StreamExt, stream};
use model::Payment;
use service::{Actor, Error, Page, PageRequest, PaymentFilter, Services, Zone, inert};

use super::DashboardPage;
use crate::state::AppState;

const PER_PAGE: u32 = 50;
/// Agents that a filter offers.
const OFFERED: u32 = 100;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/dashboard/payments", get(list))
        .route("/dashboard/payments.csv", get(export))
        .route("/dashboard/payments/{id}", get(show))
}

async fn list(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Query(query): Query<PaymentQuery>,
) -> Response {
    match view(&state.services, &actor, (query, &page.cx.time_zone), None).await {
        Ok(of) => page.html(move || payments(of)),
        Err(error) => page.failed(error),
    }
}

async fn show(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Path(id): Path<String>,
    Query(query): Query<PaymentQuery>,
) -> Response {
    match view(&state.services, &actor, (query, &page.cx.time_zone), Some(&id)).await {
        Ok(of) => page.html(move || payments(of)),
        Err(error) => page.failed(error),
    }
}

async fn view(
    services: &Services,
    actor: &Actor,
    (query, zone): (PaymentQuery, &Zone),
    open: Option<&str>,
) -> Result<PaymentsView, Error> {
    let filter = query.filter(zone);
    let request = PageRequest { limit: PER_PAGE, cursor: query.cursor() };
    let offered = PageRequest::first(OFFERED);
    let open = async {
        match open {
            Some(id) => services.get_payment(actor, id).await.map(Some),
            None => Ok(None),
        }
    };
    let (page, agents, currencies, open) = tokio::try_join!(
        services.list_payments(actor, &filter, &request),
        services.list_agents(actor, &offered),
        services.list_payment_currencies(actor),
        open
    )?;
    let agents = agents.items.into_iter().map(|detail| detail.agent).collect();
    Ok(PaymentsView { query, page, agents, currencies, open })
}

/// The filtered payments as CSV. One read of the ledger is in memory at a time, however many there are.
async fn export(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Query(query): Query<PaymentQuery>,
) -> Response {
    let zone = page.cx.time_zone.clone();
    let filter = query.filter(&zone);
    let today = zone.timestamp(page.cx.now_ms);
    let name = today.split('T').next().unwrap_or_default().to_owned();
    // The first part before the headers: a filter by an agent that is not there gets a page, not half a file.
    match state.services.export_payments(&actor, &filter, None).await {
        Ok(first) => {
            let export = Export { services: state.services.clone(), actor, filter };
            answer(&name, zone, export, first)
        }
        Err(error) => page.failed(error),
    }
}

struct Export {
    services: Services,
    actor: Actor,
    filter: PaymentFilter,
}

/// Where the stream stands.
enum Next {
    Ready(Page<Payment>),
    After(String),
    End,
}

fn answer(day: &str, zone: Zone, export: Export, first: Page<Payment>) -> Response {
    let pages = stream::try_unfold((export, Next::Ready(first)), |(export, next)| async move {
        let Page { items, next } = match next {
            Next::Ready(page) => page,
            Next::After(cursor) => {
                let Export { services, actor, filter } = &export;
                services.export_payments(actor, filter, Some(&cursor)).await?
            }
            Next::End => return Ok::<_, Error>(None),
        };
        let next = next.map_or(Next::End, Next::After);
        Ok(Some((items, (export, next))))
    });
    let pieces = pages.enumerate().map(move |(n, items)| {
        let items = items
            .inspect_err(|error| tracing::error!(?error, "an export of payments broke off"))?;
        csv(&items, &zone, n == 0)
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"payments-{day}.csv\"")),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    (headers, Body::from_stream(pieces)).into_response()
}

fn csv(
    items: &[Payment],
    zone: &Zone,
    first: bool,
) -> Result<Bytes, Box<dyn std::error::Error + Send + Sync>> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    if first {
        csv.write_record(COLUMNS)?;
    }
    for payment in items {
        csv.write_record(cells(payment, zone))?;
    }
    Ok(csv.into_inner()?.into())
}

const COLUMNS: [&str; 15] = [
    "payment_id",
    "agent_id",
    "date",
    "amount",
    "currency",
    "status",
    "payment_source",
    "is_autonomous",
    "direction",
    "rail",
    "counterparty",
    "reference",
    "due_at",
    "counts_toward_score",
    "recorded_at",
];

fn cells(payment: &Payment, zone: &Zone) -> [String; COLUMNS.len()] {
    [
        payment.id.to_string(),
        payment.agent_external_id.clone(),
        zone.timestamp(payment.happened_at_ms),
        payment.amount.to_decimal_string(),
        payment.amount.currency.to_string(),
        payment.status.to_string(),
        payment.source.to_string(),
        payment.autonomous.to_string(),
        payment.direction.to_string(),
        payment.rail.to_string(),
        text(payment.counterparty.as_deref()),
        text(payment.reference.as_deref()),
        payment.due_at_ms.map(|at| zone.timestamp(at)).unwrap_or_default(),
        payment.counts_toward_score().to_string(),
        zone.timestamp(payment.recorded_at_ms),
    ]
}

/// A text of somebody else, which no spreadsheet may take for a formula.
fn text(text: Option<&str>) -> String {
    inert(text.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn formulas_are_texts() {
        for formula in ["=1+1", "+49 461 1", "-2", "@sum", "\tx"] {
            assert_eq!(text(Some(formula)), format!("'{formula}"));
        }
        assert_eq!(text(Some("RE-1")), "RE-1");
        assert_eq!(text(None), "");
    }
}
