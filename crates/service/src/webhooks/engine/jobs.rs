//! Deliveries, with what is told in them.

use std::collections::HashMap;

use model::PaymentId;
use store::deliveries::{DeliveryName, FullDelivery};
use store::{Conn, payments};

use crate::Error;
use crate::webhooks::{Told, WebhookEvent};

/// A delivery that is ready to go.
pub(super) struct Job {
    pub name: DeliveryName,
    pub event: WebhookEvent,
    /// Attempts so far.
    pub attempts: i64,
    /// Of these, the ones before this run through the schedule.
    pub tries_from: i64,
}

/// What a delivery tells of.
pub(in crate::webhooks) async fn event_of(
    conn: &mut Conn,
    full: FullDelivery,
) -> Result<WebhookEvent, Error> {
    let job = jobs(conn, vec![full]).await?.pop();
    job.map(|job| job.event).ok_or_else(|| Error::internal("a delivery without its event"))
}

/// What is told in these deliveries. A payment is read from the ledger, as it was first recorded.
pub(super) async fn jobs(conn: &mut Conn, full: Vec<FullDelivery>) -> Result<Vec<Job>, Error> {
    let ids: Vec<_> = full
        .iter()
        .filter(|d| d.payload.is_none())
        .map(|d| (&d.workspace_id, d.delivery.subject.as_str()))
        .collect();
    let recorded =
        if ids.is_empty() { Vec::new() } else { payments::list_by_id(conn, &ids).await? };
    let recorded: HashMap<PaymentId, _> =
        recorded.into_iter().map(|payment| (payment.id.clone(), payment)).collect();
    let jobs = full.into_iter().map(|full| {
        let delivery = full.delivery;
        let told = match &full.payload {
            Some(payload) => Told::read(&delivery.kind, payload).unwrap_or_else(|error| {
                // One broken row must not hold up the others.
                tracing::error!(?error, event = %delivery.event_id, "an event is unreadable");
                Told::Other(serde_json::json!({ "id": delivery.subject }))
            }),
            None => match recorded.get(&PaymentId::from_stored(delivery.subject.clone())) {
                Some(payment) => Told::Payment(Box::new(payment.clone())),
                None => Told::Other(serde_json::json!({ "id": delivery.subject })),
            },
        };
        Job {
            name: (full.workspace_id, delivery.endpoint_id, delivery.event_id.clone()),
            attempts: delivery.attempts,
            tries_from: full.tries_from,
            event: WebhookEvent {
                id: delivery.event_id,
                kind: delivery.kind,
                subject: delivery.subject,
                at_ms: delivery.created_at_ms,
                told,
            },
        }
    });
    Ok(jobs.collect())
}
