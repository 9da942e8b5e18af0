//! The running hash of each day's scored payments.

use std::collections::{BTreeMap, HashMap};

use model::{AgentId, Payment, WorkspaceId};
use serde::Serialize;
use store::evidence::DayHash;
use store::{Tx, evidence};

use crate::Error;
use crate::secrets::sha256_hex;

/// Extends the running hash of each day by what was scored on it: h' = SHA-256(h ‖ payment or amendment).
pub(crate) async fn write_days(
    tx: &mut Tx,
    scored: &BTreeMap<(AgentId, i64), (WorkspaceId, Vec<String>)>,
) -> Result<(), Error> {
    if scored.is_empty() {
        return Ok(());
    }
    let days: Vec<_> = scored.iter().map(|((agent, day), (ws, _))| (ws, agent, *day)).collect();
    let mut hashes: HashMap<(AgentId, i64), String> = evidence::list_days(tx, &days)
        .await?
        .into_iter()
        .map(|d| ((d.agent_id, d.recorded_day), d.hash))
        .collect();
    let mut rows = Vec::with_capacity(scored.len());
    for (name, (ws, payments)) in scored {
        let mut hash = hashes.remove(name).unwrap_or_default();
        for payment in payments {
            hash = sha256_hex(&[hash.as_bytes(), payment.as_bytes()]);
        }
        rows.push(DayHash {
            workspace_id: ws.clone(),
            agent_id: name.0.clone(),
            recorded_day: name.1,
            hash,
        });
    }
    Ok(evidence::upsert_days(tx, &rows).await?)
}

/// A scored payment as `surety score` reads it; times in Unix milliseconds. Field order is part of the format.
pub(super) fn canonical(payment: &Payment) -> Result<String, Error> {
    #[derive(Serialize)]
    struct Scored<'a> {
        id: &'a str,
        status: &'a str,
        amount_micros: i64,
        currency: &'a str,
        is_autonomous: bool,
        self_payment: bool,
        date_ms: i64,
        recorded_at_ms: i64,
    }
    serde_json::to_string(&Scored {
        id: payment.id.as_str(),
        status: payment.status.as_str(),
        amount_micros: payment.amount.micros,
        currency: payment.amount.currency.as_str(),
        is_autonomous: payment.autonomous,
        self_payment: payment.self_payment,
        date_ms: payment.happened_at_ms,
        recorded_at_ms: payment.recorded_at_ms,
    })
    .map_err(Error::internal)
}
