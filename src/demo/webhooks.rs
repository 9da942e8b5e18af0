//! Two endpoints that hear of the demo's last days: one takes everything, the other breaks down twice.

use std::future::IntoFuture;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::http::StatusCode;
use model::{DeliveryState, Dialect};
use service::{
    Actor, DeliveryFilter, EndpointPatch, NewEndpoint, PageRequest, Services, WebhookWorker,
};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::serve::why;

/// The first day that they hear of, counted back from today.
pub const FROM_DAY: i64 = 6;
/// The days on which the second one is broken. What the first outage began with is given up during its second day; what
/// the other one holds up still waits at the end.
const BROKEN: [i64; 4] = [4, 3, 1, 0];
/// How far to go after such a day, each time so far that the next attempt is due, in seconds: less than a day together.
const STEPS_S: [i64; 6] = [7, 400, 2_300, 9_000, 22_000, 44_000];
/// How often to look whether everything is sent, and how often it must look so.
const LOOK_EVERY: Duration = Duration::from_millis(30);
const CALM_LOOKS: u32 = 3;
const MOST_LOOKS: u32 = 1_000;

/// What an endpoint is called, where it seems to be, and what it listens to.
const ENDPOINTS: [(&str, &str, &[&str]); 2] = [
    ("ERP ledger sync", "https://erp.halden-logistics.example/hooks/surety", &["*"]),
    (
        "Ops alerts",
        "https://ops.halden-logistics.example/alerts",
        &["payment.received", "certificate.*"],
    ),
];

/// The endpoints, while something is delivered to them.
pub struct Listeners<'a> {
    services: &'a Services,
    actor: &'a Actor,
    clock: &'a AtomicI64,
    now_ms: i64,
    worker: WebhookWorker,
    endpoints: Vec<String>,
    broken: Arc<AtomicBool>,
    receivers: Vec<JoinHandle<std::io::Result<()>>>,
}

/// The owner, who has just proved to be there: the story's clock is far from the sign-in.
pub fn proved(services: &Services, actor: &Actor) -> Actor {
    Actor { proved_at_ms: Some(services.now_ms()), ..actor.clone() }
}

impl<'a> Listeners<'a> {
    /// Makes the endpoints and starts to deliver to receivers of this process.
    pub async fn start(
        services: &'a Services,
        actor: &'a Actor,
        (clock, now_ms): (&'a AtomicI64, i64),
    ) -> anyhow::Result<Self> {
        let broken = Arc::new(AtomicBool::new(false));
        let never = Arc::new(AtomicBool::new(false));
        let mut listeners = Self {
            services,
            actor,
            clock,
            now_ms,
            worker: services.deliver_webhooks(),
            endpoints: Vec::new(),
            broken: Arc::clone(&broken),
            receivers: Vec::new(),
        };
        for ((name, _, events), broken) in ENDPOINTS.into_iter().zip([never, broken]) {
            let (url, receiver) = receive(broken).await?;
            listeners.receivers.push(receiver);
            let new = NewEndpoint {
                url,
                description: name.to_owned(),
                dialect: Dialect::Standard,
                events: events.iter().map(|event| (*event).to_owned()).collect(),
                wallet: None,
                secret: None,
            };
            let made =
                services.create_endpoint(&proved(services, actor), new, None).await.map_err(why)?;
            listeners.endpoints.push(made.endpoint.id.to_string());
        }
        Ok(listeners)
    }

    /// Breaks one of them where the story says so; before the payments of a day are reported.
    pub fn prepare(&self, days_ago: i64) {
        self.broken.store(BROKEN.contains(&days_ago), Ordering::Relaxed);
    }

    /// Delivers what happened on a day, and tries again until the next one.
    pub async fn deliver(&self, days_ago: i64) -> anyhow::Result<()> {
        self.settle().await?;
        let steps = STEPS_S.iter().filter(|_| days_ago > 0 && BROKEN.contains(&days_ago));
        for step in steps {
            let at_ms = self.services.now_ms() + step * 1_000;
            self.clock.store(at_ms.min(self.now_ms), Ordering::Relaxed);
            self.settle().await?;
        }
        Ok(())
    }

    /// Waits until everything that is due was tried.
    pub async fn settle(&self) -> anyhow::Result<()> {
        let pending =
            DeliveryFilter { state: Some(DeliveryState::Pending), ..DeliveryFilter::default() };
        let (mut calm, mut before) = (0, None);
        for _ in 0..MOST_LOOKS {
            tokio::time::sleep(LOOK_EVERY).await;
            let mut seen = (0, 0);
            for id in &self.endpoints {
                let page = PageRequest::first(100);
                let waiting = self.services.list_deliveries(self.actor, id, &pending, &page).await;
                let now_ms = self.services.now_ms();
                let due = waiting.map_err(why)?.items.into_iter();
                seen.0 += due.filter(|d| d.next_at_ms.is_some_and(|at| at <= now_ms)).count();
                let fares = self.services.get_endpoint(self.actor, id).await.map_err(why)?;
                seen.1 += fares.endpoint.attempts;
            }
            calm = if seen.0 == 0 && before == Some(seen) { calm + 1 } else { 0 };
            before = Some(seen);
            if calm >= CALM_LOOKS {
                return Ok(());
            }
        }
        anyhow::bail!("the demo's webhooks were not delivered")
    }

    /// Stops delivering, and moves the endpoints to where they seem to be.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.worker.stop().await;
        for (id, (_, url, _)) in self.endpoints.iter().zip(ENDPOINTS) {
            let patch = EndpointPatch { url: Some(url.to_owned()), ..EndpointPatch::default() };
            let actor = proved(self.services, self.actor);
            self.services.update_endpoint(&actor, id, patch).await.map_err(why)?;
        }
        for receiver in &self.receivers {
            receiver.abort();
        }
        Ok(())
    }
}

/// Takes everything on a free port of this machine, unless it is broken.
async fn receive(
    broken: Arc<AtomicBool>,
) -> anyhow::Result<(String, JoinHandle<std::io::Result<()>>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await.context("no port for the demo")?;
    let url = format!("http://{}/", listener.local_addr()?);
    let answer = move || async move {
        if broken.load(Ordering::Relaxed) {
            (StatusCode::SERVICE_UNAVAILABLE, "{\"error\":\"maintenance\"}")
        } else {
            (StatusCode::OK, "{\"received\":true}")
        }
    };
    let app = Router::new().fallback(answer);
    Ok((url, tokio::spawn(axum::serve(listener, app).into_future())))
}
