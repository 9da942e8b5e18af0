use app::pages::payments::{PaymentQuery, PaymentsView, payments};
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use futures::stream;
use model::Payment;
use service::{Actor, Error, PageRequest, PaymentFilter, Services, Zone, inert};

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

/// Where an export is.
enum Export {
    Begin,
    After(String),
    End,
}

/// The filtered payments as CSV. One read of the ledger is in memory at a time, however many there are.
async fn export(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Query(query): Query<PaymentQuery>,
) -> Response {
    let zone = page.cx.time_zone;
    let filter = query.filter(&zone);
    let today = zone.timestamp(page.cx.now_ms);
    let name = today.split('T').next().unwrap_or_default();
    let disposition = format!("attachment; filename=\"payments-{name}.csv\"");
    let services = state.services.clone();
    let pieces = stream::try_unfold(Export::Begin, move |at| {
        let (services, actor) = (services.clone(), actor.clone());
        let (filter, zone) = (filter.clone(), zone.clone());
        async move { piece(&services, &actor, (&filter, &zone), at).await }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    (headers, Body::from_stream(pieces)).into_response()
}

async fn piece(
    services: &Services,
    actor: &Actor,
    (filter, zone): (&PaymentFilter, &Zone),
    at: Export,
) -> Result<Option<(Bytes, Export)>, Box<dyn std::error::Error + Send + Sync>> {
    let (first, cursor) = match at {
        Export::Begin => (true, None),
        Export::After(cursor) => (false, Some(cursor)),
        Export::End => return Ok(None),
    };
    let page = services.export_payments(actor, filter, cursor.as_deref()).await;
    let page = page.inspect_err(|error| tracing::error!(%error, "an export broke off"))?;
    let mut csv = csv::Writer::from_writer(Vec::new());
    if first {
        csv.write_record(COLUMNS)?;
    }
    for payment in &page.items {
        csv.write_record(cells(payment, zone))?;
    }
    let next = page.next.map_or(Export::End, Export::After);
    Ok(Some((csv.into_inner()?.into(), next)))
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
