//! Sending a test, and seeing what comes back.

use model::{Attempt, DeliveryState, EventId};
use store::deliveries::{self, Outcome};
use store::webhooks::{self, AttemptCounts};

use super::engine::{Address, send};
use super::{Told, WebhookEvent, target_of};
use crate::{Actor, Capability, Error, Services};

/// A test, as it went.
#[derive(Debug, Clone)]
pub struct TestReport {
    /// The event that was sent; it is in the log.
    pub event_id: EventId,
    /// Where it went.
    pub url: String,
    /// The headers of the request.
    pub headers: Vec<(&'static str, String)>,
    /// Its body.
    pub body: String,
    /// What it came to.
    pub attempt: Attempt,
}

impl Services {
    /// Sends `webhook.test` to an endpoint, switched on or off, and waits for the answer, at most 15 seconds.
    pub async fn test_endpoint(&self, actor: &Actor, endpoint: &str) -> Result<TestReport, Error> {
        actor.require(Capability::ManageWebhooks)?;
        let target = target_of(&mut self.store().read().await?, actor, endpoint).await?;
        let endpoint = target.endpoint.clone();
        let told = serde_json::json!({ "webhook_id": endpoint.id, "message": "This is a test." });
        let payload = told.to_string();
        let workspace = &actor.workspace_id;
        let kind = (model::TEST_EVENT, endpoint.id.as_str());
        let event = self.event(workspace, kind, Some(payload));
        let test = WebhookEvent {
            id: event.id.clone(),
            kind: event.kind.clone(),
            subject: event.subject.clone(),
            at_ms: event.created_at_ms,
            told: Told::Other(told),
        };
        let address = Address::open(&self.0.vault, target)?;
        let sent = send(self, &address, &test, &mut None).await?;
        let failed = sent.attempt.failure.is_some();
        let outcome = Outcome {
            name: (workspace.clone(), endpoint.id.clone(), event.id.clone()),
            attempt: sent.attempt.clone(),
            state: if failed { DeliveryState::Failed } else { DeliveryState::Delivered },
            next_at_ms: None,
            tries_from: 0,
        };
        let counts = AttemptCounts {
            workspace_id: workspace.clone(),
            id: endpoint.id.clone(),
            attempts: 1,
            failures: i64::from(failed),
            last_at_ms: sent.attempt.started_at_ms,
            failing_since_ms: None,
            test: true,
        };
        let mut tx = self.store().begin().await?;
        deliveries::insert_all(&mut tx, &[(&endpoint.id, &event)], self.now_ms()).await?;
        deliveries::insert_outcomes(&mut tx, &[outcome]).await?;
        webhooks::add_attempts(&mut tx, &[counts]).await?;
        let action = ("webhook.tested", endpoint.id.as_str());
        self.audit(&mut tx, actor, action, (None::<&()>, Some(&sent.attempt))).await?;
        tx.commit().await?;
        Ok(TestReport {
            event_id: event.id,
            url: endpoint.url,
            headers: sent.headers,
            body: sent.body,
            attempt: sent.attempt,
        })
    }
}
