//! What was sent to an endpoint, and sending it again.

use std::collections::HashMap;

use model::{Attempt, Delivery, DeliveryState, EndpointId, EventId};
use store::deliveries::LastAttempt;
use store::{deliveries, queues, webhooks};

use super::{ENDPOINT_GONE, KEPT_MS};
use crate::{Actor, Capability, Error, Page, PageRequest, Rule, Services};

/// Attempts that are shown of a delivery.
const SHOWN: i64 = 100;
/// Deliveries that are sent again in one transaction.
const REPLAYED: i64 = 500;
pub(super) const DELIVERY_GONE: Error = Error::NotFound { what: "delivery" };

/// Which deliveries; `None` does not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// In this state.
    pub state: Option<DeliveryState>,
    /// Of this event type.
    pub kind: Option<String>,
    /// Of events from here on (Unix milliseconds).
    pub from_ms: Option<i64>,
    /// Of events before this (Unix milliseconds).
    pub until_ms: Option<i64>,
}

/// A delivery as the log lists it.
#[derive(Debug, Clone)]
pub struct LoggedDelivery {
    /// The delivery.
    pub delivery: Delivery,
    /// What its last attempt came to, if there was one.
    pub last: Option<LastAttempt>,
}

/// A delivery with its attempts.
#[derive(Debug, Clone)]
pub struct DeliveryDetail {
    /// The delivery.
    pub delivery: Delivery,
    /// The attempts, the newest first.
    pub attempts: Vec<Attempt>,
}

/// The id that the events of an instant begin with: all of earlier ones are smaller.
pub(super) fn bound(at_ms: i64) -> EventId {
    EventId::new(at_ms, [0; 10])
}

impl Services {
    /// The deliveries to an endpoint, the newest event first.
    pub async fn list_deliveries(
        &self,
        actor: &Actor,
        endpoint: &str,
        filter: &DeliveryFilter,
        request: &PageRequest,
    ) -> Result<Page<Delivery>, Error> {
        actor.require(Capability::Read)?;
        actor.require_all_agents()?;
        if let Some(kind) = filter.kind.as_deref()
            && !listed_kinds().any(|known| known == kind)
        {
            return Err(Error::invalid("kind", Rule::UnknownEvent(kind.to_owned())));
        }
        let mut conn = self.store().read().await?;
        let workspace = &actor.workspace_id;
        let endpoint = webhooks::get(&mut conn, workspace, endpoint).await?.ok_or(ENDPOINT_GONE)?;
        let of = (workspace, &endpoint.id);
        let cursor: Option<EventId> = request.before()?;
        let until = filter.until_ms.map(bound);
        let before = [cursor, until].into_iter().flatten().min();
        let after = filter.from_ms.map(|at| bound(at - 1));
        let range =
            (after.as_ref().map_or("", EventId::as_str), before.as_ref().map(EventId::as_str));
        let rows = if filter.state.is_none() && filter.kind.is_none() {
            deliveries::list(&mut conn, of, range, request.fetch()).await?
        } else {
            let states =
                DeliveryState::ALL.iter().filter(|s| filter.state.is_none_or(|f| f == **s));
            let wanted: Vec<_> = states
                .flat_map(|state| {
                    let kinds = listed_kinds();
                    kinds
                        .filter(|k| filter.kind.as_deref().is_none_or(|f| f == *k))
                        .map(|k| (k, *state))
                })
                .collect();
            deliveries::list_of_kinds(&mut conn, of, &wanted, range, request.fetch()).await?
        };
        Ok(request.page(rows, |delivery| delivery.event_id.to_string()))
    }

    /// [`Services::list_deliveries`], each with what its last attempt came to.
    pub async fn list_logged_deliveries(
        &self,
        actor: &Actor,
        endpoint: &str,
        filter: &DeliveryFilter,
        request: &PageRequest,
    ) -> Result<Page<LoggedDelivery>, Error> {
        let page = self.list_deliveries(actor, endpoint, filter, request).await?;
        let Some(first) = page.items.first() else {
            return Ok(Page { items: Vec::new(), next: None });
        };
        let events: Vec<_> = page.items.iter().map(|delivery| &delivery.event_id).collect();
        let of = (&actor.workspace_id, &first.endpoint_id);
        let mut conn = self.store().read().await?;
        let last = deliveries::list_last_attempts(&mut conn, of, &events).await?;
        let mut last: HashMap<_, _> = last.into_iter().map(|l| (l.event_id.clone(), l)).collect();
        let logged =
            |delivery: Delivery| LoggedDelivery { last: last.remove(&delivery.event_id), delivery };
        Ok(Page { items: page.items.into_iter().map(logged).collect(), next: page.next })
    }

    /// One delivery with its attempts.
    pub async fn get_delivery(
        &self,
        actor: &Actor,
        endpoint: &str,
        event: &str,
    ) -> Result<DeliveryDetail, Error> {
        actor.require(Capability::Read)?;
        actor.require_all_agents()?;
        let mut conn = self.store().read().await?;
        let workspace = &actor.workspace_id;
        let endpoint = webhooks::get(&mut conn, workspace, endpoint).await?.ok_or(ENDPOINT_GONE)?;
        let delivery = deliveries::get(&mut conn, workspace, &endpoint.id, event).await?;
        let delivery = delivery.ok_or(DELIVERY_GONE)?;
        let of = (workspace, &endpoint.id);
        let attempts = deliveries::list_attempts(&mut conn, of, &delivery.event_id, SHOWN).await?;
        Ok(DeliveryDetail { delivery, attempts })
    }

    /// Sends an event to an endpoint once more, under the same id.
    pub async fn replay_delivery(
        &self,
        actor: &Actor,
        endpoint: &str,
        event: &str,
    ) -> Result<(), Error> {
        actor.require(Capability::ManageWebhooks)?;
        let mut tx = self.store().begin().await?;
        let workspace = &actor.workspace_id;
        let endpoint = webhooks::get(&mut tx, workspace, endpoint).await?.ok_or(ENDPOINT_GONE)?;
        require_enabled(endpoint.enabled())?;
        let delivery = deliveries::get(&mut tx, workspace, &endpoint.id, event).await?;
        let delivery = delivery.ok_or(DELIVERY_GONE)?;
        let now_ms = self.now_ms();
        queues::touch(&mut tx, &[(workspace.clone(), endpoint.id.clone())], now_ms).await?;
        let of = (workspace, &endpoint.id);
        if !deliveries::update_replayed(&mut tx, of, &delivery.event_id, now_ms).await? {
            return Err(DELIVERY_GONE);
        }
        let action = ("webhook.replayed", endpoint.id.as_str());
        self.audit(&mut tx, actor, action, (Some(&delivery), None::<&()>)).await?;
        Ok(tx.commit().await?)
    }

    /// Sends everything to an endpoint once more that happened since and was given up; how much.
    pub async fn replay_failed(
        &self,
        actor: &Actor,
        endpoint: &str,
        since_ms: i64,
    ) -> Result<u64, Error> {
        actor.require(Capability::ManageWebhooks)?;
        let now_ms = self.now_ms();
        let since_ms = since_ms.max(now_ms - KEPT_MS);
        let workspace = &actor.workspace_id;
        let mut tx = self.store().begin().await?;
        let endpoint = webhooks::get(&mut tx, workspace, endpoint).await?.ok_or(ENDPOINT_GONE)?;
        require_enabled(endpoint.enabled())?;
        let action = ("webhook.failed_replayed", endpoint.id.as_str());
        let since = serde_json::json!({ "since_at_ms": since_ms });
        self.audit(&mut tx, actor, action, (None::<&()>, Some(&since))).await?;
        tx.commit().await?;
        let failed: Vec<_> = listed_kinds()
            .filter(|kind| *kind != model::TEST_EVENT)
            .map(|kind| (kind, DeliveryState::Failed))
            .collect();
        let after = bound(since_ms - 1);
        let mut before: Option<EventId> = None;
        let mut replayed = 0;
        loop {
            let mut tx = self.store().begin().await?;
            let range = (after.as_str(), before.as_ref().map(EventId::as_str));
            let of = (workspace, &endpoint.id);
            let page = deliveries::list_of_kinds(&mut tx, of, &failed, range, REPLAYED).await?;
            let Some(last) = page.last() else { return Ok(replayed) };
            before = Some(last.event_id.clone());
            let names: Vec<_> = page
                .into_iter()
                .map(|d| (workspace.clone(), endpoint.id.clone(), d.event_id))
                .collect();
            queues::touch(&mut tx, &[(workspace.clone(), endpoint.id.clone())], now_ms).await?;
            replayed += deliveries::update_all_replayed(&mut tx, &names, now_ms).await?;
            tx.commit().await?;
        }
    }

    pub(super) async fn endpoint_target(
        &self,
        actor: &Actor,
        endpoint: &str,
    ) -> Result<webhooks::Target, Error> {
        let mut conn = self.store().read().await?;
        let workspace = &actor.workspace_id;
        let endpoint = webhooks::get(&mut conn, workspace, endpoint).await?.ok_or(ENDPOINT_GONE)?;
        let id: &EndpointId = &endpoint.id;
        let secrets =
            webhooks::get_secrets(&mut conn, workspace, id).await?.ok_or(ENDPOINT_GONE)?;
        Ok(webhooks::Target { workspace_id: workspace.clone(), endpoint, secrets })
    }
}

/// Every type that a log can hold.
fn listed_kinds() -> impl Iterator<Item = &'static str> {
    model::EVENT_TYPES.iter().copied().chain([model::TEST_EVENT])
}

fn require_enabled(enabled: bool) -> Result<(), Error> {
    if enabled {
        return Ok(());
    }
    let why = "The endpoint is switched off. Switch it on first.".to_owned();
    Err(Error::Conflict { field: Some("enabled"), why })
}
