//! Forgetting what was sent long ago, or to endpoints that are gone.

use model::{EndpointId, WorkspaceId};
use store::{deliveries, webhooks};

use super::KEPT_MS;
use super::log::first_of;
use crate::{Error, Services};

/// Deliveries that are removed in one transaction.
const SWEPT: i64 = 1_000;

impl Services {
    /// Removes deliveries that are older than 30 days, and those of deleted endpoints. For a worker.
    pub async fn sweep_deliveries(&self) -> Result<(), Error> {
        let oldest = first_of(self.now_ms() - KEPT_MS);
        let mut after = (String::new(), String::new());
        loop {
            let mut conn = self.store().read().await?;
            let page = webhooks::list_names(&mut conn, (&after.0, &after.1), 500).await?;
            drop(conn);
            let Some((ws, id)) = page.last() else { break };
            after = (ws.to_string(), id.to_string());
            for (ws, id) in &page {
                self.sweep_endpoint((ws, id), Some(oldest.as_str())).await?;
            }
        }
        let mut conn = self.store().read().await?;
        let deleted = webhooks::list_deleted(&mut conn, 500).await?;
        drop(conn);
        for (ws, id) in &deleted {
            self.sweep_endpoint((ws, id), None).await?;
            let mut tx = self.store().begin().await?;
            webhooks::delete(&mut tx, ws, id).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn sweep_endpoint(
        &self,
        endpoint: (&WorkspaceId, &EndpointId),
        before: Option<&str>,
    ) -> Result<(), Error> {
        loop {
            let mut conn = self.store().read().await?;
            let oldest = deliveries::has_before(&mut conn, endpoint, before).await?;
            drop(conn);
            if !oldest {
                return Ok(());
            }
            let mut tx = self.store().begin().await?;
            deliveries::delete_before(&mut tx, endpoint, before, SWEPT).await?;
            tx.commit().await?;
        }
    }
}
