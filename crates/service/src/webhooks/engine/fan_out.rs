//! From the outbox to the endpoints that listen.

use std::collections::HashMap;

use model::WorkspaceId;
use store::queues::{self, QueueName};
use store::{Tx, deliveries, outbox, webhooks};

use crate::Error;

/// Events that are handed out in one transaction.
const EVENTS: i64 = 1_000;

/// Hands the oldest events of these workspaces to the endpoints that listen: how many events, and whose queues have more.
pub(super) async fn fan_out(
    tx: &mut Tx,
    workspaces: &[WorkspaceId],
    now_ms: i64,
) -> Result<(usize, Vec<QueueName>), Error> {
    if workspaces.is_empty() {
        return Ok((0, Vec::new()));
    }
    // One process at a time, so that what happened earlier is handed out earlier.
    store::jobs::claim(tx, "webhooks", 1, (1, 0)).await?;
    let share = EVENTS / i64::try_from(workspaces.len()).unwrap_or(EVENTS);
    let events = outbox::take(tx, workspaces, share.max(5)).await?;
    let mut listening: HashMap<_, Vec<_>> = HashMap::new();
    for listener in webhooks::list_listening(tx, workspaces).await? {
        listening.entry(listener.workspace_id.clone()).or_default().push(listener);
    }
    let mut pairs = Vec::with_capacity(events.len());
    for event in events.iter().filter(|e| model::EVENT_TYPES.contains(&e.kind.as_str())) {
        let whose = listening.get(&event.workspace_id).into_iter().flatten();
        // What still waits in the outbox may be older than whoever listens now.
        let whose = whose.filter(|l| l.created_at_ms <= event.created_at_ms);
        pairs.extend(whose.filter(|l| l.events.has(&event.kind)).map(|l| (&l.id, event)));
    }
    let mut touched: Vec<_> =
        pairs.iter().map(|(ep, event)| (event.workspace_id.clone(), (*ep).clone())).collect();
    touched.sort();
    touched.dedup();
    if let Some(earliest) = events.iter().map(|e| e.created_at_ms).min() {
        queues::touch(tx, &touched, earliest.min(now_ms)).await?;
    }
    deliveries::insert_all(tx, &pairs, now_ms).await?;
    Ok((events.len(), touched))
}
