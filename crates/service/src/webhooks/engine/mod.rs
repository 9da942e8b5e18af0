//! Delivery: one clerk for each process, which does all the writing in one transaction after the other, and senders,
//! which only talk to endpoints.
//!
//! The clerk hands events from the outbox to the endpoints that listen, takes queues in hand that nobody has, reads ahead
//! for its lanes and writes down what attempts came to. Whoever has a queue in hand is the only one that sends from it, in
//! order; a process that dies loses it after [`LEASE_MS`].

mod address;
mod clerk;
mod fan_out;
mod jobs;
mod lanes;
mod send;

pub(super) use address::Address;
pub(super) use jobs::event_of;
pub use send::SCHEDULE_MS;
pub(super) use send::{compose, send};

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use store::queues;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::{Error, Services};
use clerk::Clerk;
use lanes::Lanes;

/// How long a queue stays in hand of a process that died.
const LEASE_MS: i64 = 8_000;
/// How often to look for something to do.
const LOOK_EVERY: Duration = Duration::from_millis(40);
/// How long to let outcomes gather.
const GATHER: Duration = Duration::from_millis(5);
/// How long to wait for what is under way when the process ends.
const FAREWELL: Duration = Duration::from_secs(5);

/// Delivers webhooks until it is stopped.
pub struct WebhookWorker {
    engine: Arc<Engine>,
    clerk: JoinHandle<()>,
}

pub(super) struct Engine {
    services: Services,
    /// What this process calls itself in the database.
    owner: String,
    lanes: Mutex<Lanes>,
    /// Wakes the clerk.
    news: Notify,
}

impl Services {
    /// Starts to deliver webhooks.
    pub fn deliver_webhooks(&self) -> WebhookWorker {
        let engine = Arc::new(Engine {
            services: self.clone(),
            owner: hex::encode(self.entropy().bytes::<8>()),
            lanes: Mutex::new(Lanes::new()),
            news: Notify::new(),
        });
        let clerk = tokio::spawn(Arc::clone(&engine).work());
        WebhookWorker { engine, clerk }
    }
}

impl WebhookWorker {
    /// Starts nothing new, waits a little for what is under way, and lets other processes go on.
    pub async fn stop(self) {
        self.engine.lanes().stopping = true;
        self.engine.news.notify_one();
        drop(self.clerk.await);
    }
}

impl Engine {
    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn work(self: Arc<Self>) {
        let mut clerk = Clerk::new();
        if let Err(error) = self.begin().await {
            tracing::warn!(?error, "what an earlier process had in hand was not let go");
        }
        let mut farewell = None;
        loop {
            let busy = match self.round(&mut clerk).await {
                Ok(busy) => busy,
                Err(error) => {
                    tracing::warn!(?error, "webhooks wait: their bookkeeping failed");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                    false
                }
            };
            let (stopping, under_way, unwritten) = {
                let lanes = self.lanes();
                (lanes.stopping, lanes.busy(), lanes.has_outcomes())
            };
            if stopping {
                let until = *farewell.get_or_insert_with(|| Instant::now() + FAREWELL);
                if (!under_way && !unwritten) || Instant::now() >= until {
                    break;
                }
            }
            if !busy {
                let _ = tokio::time::timeout(LOOK_EVERY, self.news.notified()).await;
            }
            tokio::time::sleep(GATHER).await;
        }
        if let Err(error) = self.end().await {
            tracing::warn!(?error, "webhooks were not let go");
        }
    }

    /// SQLite has one process: whatever is in hand there belongs to one that is dead.
    async fn begin(&self) -> Result<(), Error> {
        let store = self.services.store();
        if store.engine_name() == "sqlite" {
            let mut tx = store.begin().await?;
            queues::release_everybodys(&mut tx).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Lets everything go. What is still under way is given up before: somebody else may send it again at once.
    async fn end(&self) -> Result<(), Error> {
        self.lanes().hold_until(Instant::now());
        let mut tx = self.services.store().begin().await?;
        queues::release_all(&mut tx, &self.owner).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Starts senders where there is something to do.
    fn staff(self: &Arc<Self>) {
        let started = self.lanes().staff(self.services.now_ms());
        for name in started {
            tokio::spawn(Arc::clone(self).run_sender(name));
        }
    }
}
