//! What Surety is measured against, in the same run on the same machine.
//!
//! `bench-peer PORT DATABASE`: `GET /` is the bare axum route, the most that any handler could reach here;
//! `POST /payments` writes one row of the ledger per request and commits it, the way a plain handler would.
//! `bench-peer batches FILE` prints how many plain rows a second `rusqlite` commits, a thousand at a time.

mod batches;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use model::{
    AgentId, Amount, Currency, Direction, Payment, PaymentId, PaymentSource, PaymentStatus, Rail,
    WorkspaceId,
};
use serde::Deserialize;
use std::sync::atomic::{AtomicI64, Ordering};
use store::payments::NewPayment;
use store::{Store, StoreConfig};

/// How long plain batches are written.
const SECONDS: u64 = 5;

/// Makes ids of different requests differ.
static COUNT: AtomicI64 = AtomicI64::new(1);

#[derive(Deserialize)]
struct Event {
    agent_id: String,
    amount: serde_json::Number,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let port = args.next().ok_or("no port")?;
    let url = args.next().ok_or("no database")?;
    if port == "batches" {
        println!("{}", batches::rows_per_second(&url, SECONDS)?);
        return Ok(());
    }
    let port: u16 = port.parse()?;
    let store = Store::open(&StoreConfig { url, connections: 4 }).await?;
    let app = Router::new()
        .route("/", get(|| async { "ok" }))
        .route("/payments", post(create))
        .with_state(store);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, app).await?;
    Ok(())
}

async fn create(
    State(store): State<Store>,
    axum::Json(event): axum::Json<Event>,
) -> Result<(StatusCode, String), StatusCode> {
    let failed = |_| StatusCode::INTERNAL_SERVER_ERROR;
    let payment = payment(event)?;
    let id = payment.payment.id.to_string();
    let mut tx = store.begin().await.map_err(failed)?;
    store::payments::insert_all(&mut tx, &[payment]).await.map_err(failed)?;
    tx.commit().await.map_err(failed)?;
    Ok((StatusCode::CREATED, id))
}

fn payment(event: Event) -> Result<NewPayment, StatusCode> {
    let micros = Amount::micros_from_number(&event.amount.to_string())
        .map_err(|_| StatusCode::UNPROCESSABLE_ENTITY)?;
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let workspace_id = WorkspaceId::new(0, [0; 10]);
    Ok(NewPayment {
        payment: Payment {
            id: PaymentId::new(count, [0; 10]),
            agent_id: AgentId::new(0, [0; 10]),
            agent_external_id: event.agent_id,
            direction: Direction::Sent,
            rail: Rail::Tracked,
            status: PaymentStatus::OnTime,
            amount: Amount { micros, currency: Currency::EUR },
            source: PaymentSource::AgentWallet,
            autonomous: true,
            self_payment: false,
            counterparty: None,
            reference: None,
            happened_at_ms: count,
            due_at_ms: None,
            recorded_at_ms: count,
        },
        workspace_id,
        recorded_by: String::new(),
        via: String::new(),
        salt: String::new(),
        leaf_hash: String::new(),
    })
}
