//! Webhooks, from the API call that causes an event to the receiver that hears of it.

mod delivery;
mod endpoints;
mod hostile;
mod portal;
pub mod receiver;

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use model::{Attempt, Delivery, Dialect};
use service::{
    Actor, DeliveryFilter, EndpointLog, Error, IssuedEndpoint, NewEndpoint, PageRequest,
    WebhookWorker, hmac_sha256_hex,
};

use crate::world::{Account, World};
use receiver::Seen;

/// Somebody who is told, and the server that tells.
pub struct Told {
    pub world: World,
    pub account: Account,
    pub actor: Actor,
    pub worker: WebhookWorker,
}

impl Told {
    async fn new() -> Self {
        Self::on(World::new().await).await
    }

    async fn on(world: World) -> Self {
        let account = world.register("mara@example.com").await;
        let actor = world.services.authenticate_token(&account.token).await.unwrap();
        let worker = world.services.deliver_webhooks();
        Self { world, account, actor, worker }
    }

    /// Registers an agent, however long ago the person signed in.
    async fn agent(&self, name: &str) {
        let new = service::NewAgent {
            name: name.to_owned(),
            description: String::new(),
            framework: model::Framework::Custom,
            visibility: model::Visibility::Public,
        };
        self.world.services.create_agent(&self.actor, new, None).await.unwrap();
    }

    async fn endpoint(&self, url: &str, events: &[&str]) -> IssuedEndpoint {
        self.endpoint_in(Dialect::Standard, url, events).await
    }

    async fn endpoint_in(&self, dialect: Dialect, url: &str, events: &[&str]) -> IssuedEndpoint {
        let new = NewEndpoint {
            url: url.to_owned(),
            description: "For tests".to_owned(),
            dialect,
            events: events.iter().map(|e| (*e).to_owned()).collect(),
            wallet: None,
            secret: None,
        };
        self.world.services.create_endpoint(&self.actor, new, None).await.unwrap()
    }

    /// The newest deliveries to an endpoint.
    async fn deliveries(&self, endpoint: &IssuedEndpoint) -> Vec<Delivery> {
        let id = endpoint.endpoint.id.as_str();
        let all = DeliveryFilter::default();
        let page = PageRequest::first(100);
        let found = self.world.services.list_deliveries(&self.actor, id, &all, &page).await;
        found.unwrap().items
    }

    /// How an endpoint fares and what was sent to it, one delivery of it in full.
    async fn log(&self, endpoint: &str, event: Option<&str>) -> Result<EndpointLog, Error> {
        let (all, first) = (DeliveryFilter::default(), PageRequest::first(9));
        self.world.services.endpoint_log(&self.actor, (endpoint, event), &all, &first).await
    }

    /// What one event to an endpoint came to.
    async fn attempts(&self, endpoint: &str, event: &str) -> Vec<Attempt> {
        self.log(endpoint, Some(event)).await.unwrap().open.unwrap().detail.attempts
    }

    /// Waits until the newest deliveries to an endpoint are as they should be.
    async fn wait_until(
        &self,
        endpoint: &IssuedEndpoint,
        good: impl Fn(&[Delivery]) -> bool,
    ) -> Vec<Delivery> {
        for _ in 0..2_000 {
            let deliveries = self.deliveries(endpoint).await;
            if good(&deliveries) {
                return deliveries;
            }
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
        panic!("still: {:?}", self.deliveries(endpoint).await);
    }
}

/// The signature that Standard Webhooks ask for.
fn standard(secret: &str, seen: &Seen) -> String {
    let key = BASE64_STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let (id, timestamp) = (seen.id(), &seen.headers["webhook-timestamp"]);
    let signed = format!("{id}.{timestamp}.{}", seen.body);
    let hex = hmac_sha256_hex(&key, &[signed.as_bytes()]);
    let bytes: Vec<u8> = (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect();
    format!("v1,{}", BASE64_STANDARD.encode(bytes))
}
