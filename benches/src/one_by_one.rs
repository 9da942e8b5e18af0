//! What a plain handler would do with a payment: everything that ours does, statement by statement, in a transaction of
//! its own.

use std::sync::atomic::{AtomicI64, Ordering};

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use model::score::Evidence;
use model::{
    AgentId, Amount, Currency, Direction, Payment, PaymentId, PaymentSource, PaymentStats,
    PaymentStatus, Rail, WorkspaceId, day_of, quarter_of,
};
use serde::Deserialize;
use store::evidence::DayHash;
use store::idempotency::Remembered;
use store::payments::NewPayment;
use store::periods::LocalPeriod;
use store::rollups::RollupKey;
use store::{Store, agents, api_keys, evidence, idempotency, payments, periods, rollups};

/// As long as a hash in hex.
const HASH: &str = "cf1000e985c040e58daf781a357a8f8759040ce9560ae46bc4fe3f30f662d30c";

/// Makes ids of different requests differ.
static COUNT: AtomicI64 = AtomicI64::new(1);

#[derive(Deserialize)]
pub struct Body {
    agent_id: String,
    amount: serde_json::Number,
}

pub async fn create(
    State(store): State<Store>,
    headers: HeaderMap,
    Json(body): Json<Body>,
) -> Result<(StatusCode, String), StatusCode> {
    let micros = Amount::micros_from_number(&body.amount.to_string())
        .map_err(|_| StatusCode::UNPROCESSABLE_ENTITY)?;
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).unwrap_or_default();
    let new = payment(body.agent_id, micros);
    let id = new.payment.id.to_string();
    write(&store, &new, key).await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok((StatusCode::CREATED, id))
}

async fn write(store: &Store, new: &NewPayment, key: &str) -> store::Result<()> {
    let NewPayment { workspace_id: ws, payment, .. } = new;
    let (agent, now) = (&payment.agent_id, payment.recorded_at_ms);
    let mut tx = store.begin().await?;
    api_keys::get_by_hash(&mut tx, HASH).await?;
    // Also whether somebody listens, which nobody does: there is no event to keep.
    agents::lock(&mut tx, &[(ws, agent, None)], now).await?;
    idempotency::get(&mut tx, ws, "POST /payments", key, 0).await?;
    let remembered = Remembered {
        workspace_id: ws.clone(),
        scope: "POST /payments".to_owned(),
        key: key.to_owned(),
        request_hash: HASH.to_owned(),
        outcome: payment.id.to_string(),
        created_at_ms: now,
    };
    idempotency::insert_all(&mut tx, &[remembered], 0).await?;
    let stats = PaymentStats { total: 1, autonomous: 1, on_time: 1, received: 0 };
    agents::add_stats(&mut tx, &[(ws, agent, stats)]).await?;
    payments::insert_all(&mut tx, std::slice::from_ref(new)).await?;
    let rollup = RollupKey {
        workspace_id: ws.clone(),
        agent_id: agent.clone(),
        quarter_ms: quarter_of(now),
        currency: payment.amount.currency,
        direction: payment.direction,
        rail: payment.rail,
        status: payment.status,
    };
    let day = day_of(now);
    let sums = [(rollup, LocalPeriod { day, month: day }, 1, payment.amount.micros.into())];
    rollups::add_all(&mut tx, &sums).await?;
    periods::add_all(&mut tx, &sums).await?;
    let scored = Evidence::of(payment.amount, payment.status, false, day, day);
    evidence::add_all(&mut tx, &[(ws, agent, scored)]).await?;
    evidence::list_days(&mut tx, &[(ws, agent, day)]).await?;
    let hash = DayHash {
        workspace_id: ws.clone(),
        agent_id: agent.clone(),
        recorded_day: day,
        hash: HASH.to_owned(),
    };
    evidence::upsert_days(&mut tx, &[hash]).await?;
    tx.commit().await
}

fn payment(agent: String, micros: i64) -> NewPayment {
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    NewPayment {
        payment: Payment {
            id: PaymentId::new(count, [0; 10]),
            agent_id: AgentId::new(0, [0; 10]),
            agent_external_id: agent,
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
        workspace_id: WorkspaceId::new(0, [0; 10]),
        recorded_by: "key_01m88ahe19z3ddv6tskpptqee7".to_owned(),
        via: "api_key".to_owned(),
        salt: HASH[..32].to_owned(),
        leaf_hash: HASH.to_owned(),
    }
}
