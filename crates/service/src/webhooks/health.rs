//! How endpoints fare.

use std::collections::HashMap;

use model::{DAY_MS, EndpointId, WebhookEndpoint, WorkspaceId};
use store::{Conn, deliveries, webhooks};

use super::EndpointDetail;
use super::log::{first_of, has_given_up};
use crate::{Actor, Error, Page, PageRequest, Services};

/// Deliveries that wait are counted up to this.
pub const MAX_WAITING: i64 = 1_000;
/// Events of the last 24 hours that are looked at.
pub const MAX_RECENT: i64 = 1_000;
/// One failure is no trouble: it is tried again after 5 seconds, and again after 5 minutes.
const NOTICED_AFTER_MS: i64 = 10 * 60_000;

/// How an endpoint fares.
#[derive(Debug, Clone)]
pub struct EndpointHealth {
    /// The endpoint.
    pub endpoint: WebhookEndpoint,
    /// Deliveries that wait, counted up to [`MAX_WAITING`].
    pub waiting: i64,
    /// When the first of them is sent, at the earliest (Unix milliseconds).
    pub next_at_ms: Option<i64>,
    /// Events of the last 24 hours, the newest [`MAX_RECENT`] of them.
    pub events: i64,
    /// Of these, those that were taken.
    pub delivered: i64,
    /// How long the endpoint took for them: half of its answers came in this time, and 95 in 100 in that.
    pub took_ms: Option<(i64, i64)>,
    /// Whether there are deliveries that were given up and can be sent again.
    pub gave_up: bool,
}

impl Services {
    /// The workspace's endpoints, newest first, each with how many deliveries wait for it.
    pub async fn list_endpoint_details(
        &self,
        actor: &Actor,
        request: &PageRequest,
    ) -> Result<Page<EndpointDetail>, Error> {
        let page = self.list_endpoints(actor, request).await?;
        let ids: Vec<_> = page.items.iter().map(|endpoint| &endpoint.id).collect();
        let workspace = &actor.workspace_id;
        let mut conn = self.store().read().await?;
        let waiting =
            deliveries::count_all_waiting(&mut conn, workspace, &ids, MAX_WAITING).await?;
        let waiting: HashMap<EndpointId, i64> = waiting.into_iter().collect();
        let detail = |endpoint: WebhookEndpoint| EndpointDetail {
            waiting: waiting.get(&endpoint.id).copied().unwrap_or_default(),
            endpoint,
        };
        Ok(Page { items: page.items.into_iter().map(detail).collect(), next: page.next })
    }

    /// How an endpoint fares, now and in the last 24 hours.
    pub(super) async fn health_of(
        &self,
        conn: &mut Conn,
        workspace: WorkspaceId,
        endpoint: WebhookEndpoint,
    ) -> Result<EndpointHealth, Error> {
        let of = (&workspace, &endpoint.id);
        let waiting = deliveries::count_waiting(conn, of.0, of.1, MAX_WAITING).await?;
        let next_at_ms = deliveries::get_next_at(conn, of.0, of.1).await?;
        let since = first_of(self.now_ms() - DAY_MS);
        let since = since.as_str();
        let (events, delivered) = deliveries::count_recent(conn, of, since, MAX_RECENT).await?;
        let took = deliveries::list_took(conn, of, since, MAX_RECENT).await?;
        let took_ms = middle_and_slow(took);
        let gave_up = has_given_up(conn, of, self.now_ms()).await?;
        Ok(EndpointHealth { waiting, next_at_ms, events, delivered, took_ms, gave_up, endpoint })
    }

    /// Endpoints that should not wait: switched off by what they answered, or failing for some time.
    pub(crate) async fn troubled_endpoints(
        &self,
        conn: &mut Conn,
        actor: &Actor,
        limit: i64,
    ) -> Result<Vec<WebhookEndpoint>, Error> {
        let before_ms = self.now_ms() - NOTICED_AFTER_MS;
        let workspace = &actor.workspace_id;
        Ok(webhooks::list_troubled(conn, workspace, before_ms, limit).await?)
    }
}

/// The median and the 95th percentile.
fn middle_and_slow(mut took: Vec<i64>) -> Option<(i64, i64)> {
    took.sort_unstable();
    let at = |percent: usize| took.get((took.len() * percent).div_ceil(100).max(1) - 1).copied();
    at(50).zip(at(95))
}

#[cfg(test)]
mod tests {
    use super::middle_and_slow;

    #[test]
    fn percentiles_are_times_that_occurred() {
        assert_eq!(middle_and_slow(Vec::new()), None);
        assert_eq!(middle_and_slow(vec![7]), Some((7, 7)));
        assert_eq!(middle_and_slow((1..=100).rev().collect()), Some((50, 95)));
        assert_eq!(middle_and_slow(vec![3, 1, 2]), Some((2, 3)));
    }
}
