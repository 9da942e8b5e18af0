//! What was sent to an endpoint, and sending it again.

use std::collections::HashMap;

use model::{Attempt, Delivery, DeliveryState, EndpointId, EventId, WorkspaceId};
use store::deliveries::LastAttempt;
use store::webhooks::Target;
use store::{Conn, deliveries, queues};

use super::{EndpointHealth, KEPT_MS, SentRequest, endpoint, target_of};
use crate::{Actor, Capability, Error, Page, PageRequest, Rule, Services};

/// Attempts that are shown of a delivery.
const SHOWN: i64 = 100;
/// Deliveries that are sent again in one transaction.
const REPLAYED: i64 = 500;
const DELIVERY_GONE: Error = Error::NotFound { what: "delivery" };

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

/// The delivery that somebody looks at.
#[derive(Debug, Clone)]
pub struct OpenDelivery {
    /// The delivery and its attempts.
    pub detail: DeliveryDetail,
    /// What was sent.
    pub request: SentRequest,
}

/// An endpoint with what was sent to it.
#[derive(Debug, Clone)]
pub struct EndpointLog {
    /// How the endpoint fares.
    pub health: EndpointHealth,
    /// The deliveries that pass the filter, the newest event first.
    pub page: Page<LoggedDelivery>,
    /// The one that was asked for.
    pub open: Option<OpenDelivery>,
}

/// The id that the events of an instant begin with: all of earlier ones are smaller.
pub(super) fn first_of(at_ms: i64) -> EventId {
    EventId::new(at_ms, [0; 10])
}

impl Services {
    /// How an endpoint fares and what was sent to it; one of the deliveries in full, if `event` names it.
    pub async fn endpoint_log(
        &self,
        actor: &Actor,
        (endpoint, event): (&str, Option<&str>),
        filter: &DeliveryFilter,
        request: &PageRequest,
    ) -> Result<EndpointLog, Error> {
        actor.require(Capability::Read)?;
        actor.require_all_agents()?;
        let event = event.map(|event| event.parse().map_err(|_| DELIVERY_GONE)).transpose()?;
        let conn = &mut self.store().read().await?;
        let target = target_of(conn, actor, endpoint).await?;
        let of = (&target.workspace_id, &target.endpoint.id);
        let page = find(conn, of, filter, request).await?;
        let events: Vec<_> = page.items.iter().map(|delivery| &delivery.event_id).collect();
        let last = deliveries::list_last_attempts(conn, of, &events).await?;
        let mut last: HashMap<_, _> = last.into_iter().map(|l| (l.event_id.clone(), l)).collect();
        let logged =
            |delivery: Delivery| LoggedDelivery { last: last.remove(&delivery.event_id), delivery };
        let page = Page { items: page.items.into_iter().map(logged).collect(), next: page.next };
        let open = match &event {
            Some(event) => Some(self.open_delivery(conn, &target, event).await?),
            None => None,
        };
        let health = self.health_of(conn, target.workspace_id, target.endpoint).await?;
        Ok(EndpointLog { health, page, open })
    }

    async fn open_delivery(
        &self,
        conn: &mut Conn,
        target: &Target,
        event: &EventId,
    ) -> Result<OpenDelivery, Error> {
        let of = (&target.workspace_id, &target.endpoint.id);
        let delivery = deliveries::get(conn, of.0, of.1, event).await?.ok_or(DELIVERY_GONE)?;
        let attempts = deliveries::list_attempts(conn, of, event, SHOWN).await?;
        let request = self.sent_request(conn, target, (event, attempts.first())).await?;
        Ok(OpenDelivery { detail: DeliveryDetail { delivery, attempts }, request })
    }

    /// The deliveries to an endpoint, the newest event first.
    pub async fn list_deliveries(
        &self,
        actor: &Actor,
        id: &str,
        filter: &DeliveryFilter,
        request: &PageRequest,
    ) -> Result<Page<Delivery>, Error> {
        actor.require(Capability::Read)?;
        actor.require_all_agents()?;
        let conn = &mut self.store().read().await?;
        let endpoint = endpoint(conn, actor, id).await?;
        find(conn, (&actor.workspace_id, &endpoint.id), filter, request).await
    }

    /// Sends an event to an endpoint once more, under the same id.
    pub async fn replay_delivery(&self, actor: &Actor, id: &str, event: &str) -> Result<(), Error> {
        actor.require(Capability::ManageWebhooks)?;
        let event: EventId = event.parse().map_err(|_| DELIVERY_GONE)?;
        let mut tx = self.store().begin().await?;
        let workspace = &actor.workspace_id;
        let endpoint = endpoint(&mut tx, actor, id).await?;
        require_enabled(endpoint.enabled())?;
        let delivery = deliveries::get(&mut tx, workspace, &endpoint.id, &event).await?;
        let delivery = delivery.ok_or(DELIVERY_GONE)?;
        let now_ms = self.now_ms();
        queues::touch(&mut tx, &[(workspace.clone(), endpoint.id.clone())], now_ms).await?;
        let of = (workspace, &endpoint.id);
        if !deliveries::update_replayed(&mut tx, of, &event, now_ms).await? {
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
        id: &str,
        since_ms: i64,
    ) -> Result<u64, Error> {
        actor.require(Capability::ManageWebhooks)?;
        let now_ms = self.now_ms();
        let since_ms = since_ms.max(now_ms - KEPT_MS);
        let workspace = &actor.workspace_id;
        let mut tx = self.store().begin().await?;
        let endpoint = endpoint(&mut tx, actor, id).await?;
        require_enabled(endpoint.enabled())?;
        let action = ("webhook.failed_replayed", endpoint.id.as_str());
        let since = serde_json::json!({ "since_at_ms": since_ms });
        self.audit(&mut tx, actor, action, (None::<&()>, Some(&since))).await?;
        tx.commit().await?;
        let failed = given_up();
        let after = first_of(since_ms - 1);
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
}

/// The deliveries that are sent again together, for [`deliveries::list_of_kinds`]: what was given up, but for tests.
fn given_up() -> Vec<(&'static str, DeliveryState)> {
    let kinds = model::logged_kinds().filter(|kind| *kind != model::TEST_EVENT);
    kinds.map(|kind| (kind, DeliveryState::Failed)).collect()
}

/// Whether there is anything that [`Services::replay_failed`] would send.
pub(super) async fn has_given_up(
    conn: &mut Conn,
    of: (&WorkspaceId, &EndpointId),
    now_ms: i64,
) -> Result<bool, Error> {
    let after = first_of(now_ms - KEPT_MS - 1);
    let found = deliveries::list_of_kinds(conn, of, &given_up(), (after.as_str(), None), 1).await?;
    Ok(!found.is_empty())
}

/// The page of an endpoint's deliveries that a filter leaves.
async fn find(
    conn: &mut Conn,
    of: (&WorkspaceId, &EndpointId),
    filter: &DeliveryFilter,
    request: &PageRequest,
) -> Result<Page<Delivery>, Error> {
    if let Some(kind) = filter.kind.as_deref()
        && !model::logged_kinds().any(|known| known == kind)
    {
        return Err(Error::invalid("kind", Rule::UnknownEvent(kind.to_owned())));
    }
    let cursor: Option<EventId> = request.before()?;
    let until = filter.until_ms.map(first_of);
    let before = [cursor, until].into_iter().flatten().min();
    let after = filter.from_ms.map(|at| first_of(at - 1));
    let range = (after.as_ref().map_or("", EventId::as_str), before.as_ref().map(EventId::as_str));
    let rows = if filter.state.is_none() && filter.kind.is_none() {
        deliveries::list(conn, of, range, request.fetch()).await?
    } else {
        let states = DeliveryState::ALL.iter().filter(|s| filter.state.is_none_or(|f| f == **s));
        let kinds =
            || model::logged_kinds().filter(|k| filter.kind.as_deref().is_none_or(|f| f == *k));
        let wanted: Vec<_> =
            states.flat_map(|state| kinds().map(move |kind| (kind, *state))).collect();
        deliveries::list_of_kinds(conn, of, &wanted, range, request.fetch()).await?
    };
    Ok(request.page(rows, |delivery| delivery.event_id.to_string()))
}

fn require_enabled(enabled: bool) -> Result<(), Error> {
    if enabled {
        return Ok(());
    }
    let why = "The endpoint is switched off. Switch it on first.".to_owned();
    Err(Error::Conflict { field: Some("enabled"), why })
}
