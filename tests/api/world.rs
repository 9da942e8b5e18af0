//! A server of its own for a test, with a clock that stands still and random bytes that are always the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use serde_json::{Value, json};
use service::{Clock, Entropy, Services, Settings, StoreConfig};
use surety::router::router;
use surety::state::AppState;
use tempfile::TempDir;
use tower::ServiceExt;

/// 2026-10-14T12:00:00Z.
pub const NOW: i64 = 1_791_979_200_000;

/// A server and its clock.
pub struct World {
    router: Router,
    /// The application behind it.
    pub services: Services,
    clock: Arc<AtomicI64>,
    /// Where its database is.
    pub folder: TempDir,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    /// The body as JSON; `null` when there is none.
    pub fn json(&self) -> Value {
        if self.text.is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    /// The body of an answer with this status.
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self.json()
    }

    /// The code of an error with this status.
    pub fn code(&self, status: u16) -> String {
        let body = self.expect(status);
        for part in ["error", "message", "code", "request_id"] {
            assert!(body[part].is_string(), "the error has no {part}: {body}");
        }
        body["code"].as_str().unwrap().to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }
}

/// Somebody with an account: the token of the person and the key of the agent.
pub struct Account {
    pub token: String,
    pub key: String,
}

impl Account {
    pub fn bearer(&self) -> (&'static str, String) {
        ("authorization", format!("Bearer {}", self.token))
    }

    pub fn key(&self) -> (&'static str, String) {
        ("x-api-key", self.key.clone())
    }
}

/// The settings of a server over a SQLite file in this folder.
pub fn settings(folder: &TempDir) -> Settings {
    let url = format!("sqlite://{}/surety.db", folder.path().display());
    Settings {
        // One: whatever waits for a second connection while it holds the first one never gets it.
        store: StoreConfig { url, connections: 1 },
        master_key: [7; 32],
        public_url: "https://trust.example.com".to_owned(),
        default_plan: model::Plan::Free,
        operator_token: None,
        registration: service::Registration::Open,
        second_factor: service::SecondFactorRule::Optional,
        mail: None,
        ingest_queue: 4096,
        webhooks: service::WebhookSettings {
            allow_loopback: true,
            hosts: service::WebhookHosts::default(),
            resolver: service::Resolver::system(),
            render: surety::api::render_webhook,
        },
        breached_passwords: None,
        data_folder: folder.path().to_owned(),
        retention: service::Retention::default(),
    }
}

impl World {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A server with other settings than the usual ones.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = settings(&folder);
        change(&mut settings);
        Self::open(settings, folder, Arc::new(AtomicI64::new(NOW)), 1).await
    }

    /// The same database behind a new server, which remembers nothing of it.
    pub async fn restarted(self) -> Self {
        self.restarted_with(|_| {}).await
    }

    /// [`World::restarted`] with other settings than the usual ones.
    pub async fn restarted_with(self, change: impl FnOnce(&mut Settings)) -> Self {
        let Self { services, clock, folder, .. } = self;
        services.close().await;
        let mut settings = settings(&folder);
        change(&mut settings);
        Self::open(settings, folder, clock, 2).await
    }

    async fn open(settings: Settings, folder: TempDir, clock: Arc<AtomicI64>, seed: u64) -> Self {
        let time = Clock::manual(Arc::clone(&clock));
        let services = Services::open(settings, time, Entropy::seeded(seed)).await.unwrap();
        let router = router(AppState::new(services.clone()));
        Self { router, services, clock, folder }
    }

    /// The same server within limits.
    pub fn with_limits(self, limits: surety::api::limits::Limits) -> Self {
        let router = router(AppState::new(self.services.clone()).with_limits(limits));
        Self { router, ..self }
    }

    /// A JSON request from another address.
    pub async fn post_from(&self, address: &str, path: &str, body: Value) -> Answer {
        let request = Request::post(path).header("content-type", "application/json");
        let mut request = request.body(Body::from(body.to_string())).unwrap();
        let from = std::net::SocketAddr::new(address.parse().unwrap(), 4711);
        request.extensions_mut().insert(axum::extract::ConnectInfo(from));
        self.send(request).await
    }

    /// Changes the database behind the server's back.
    pub fn tamper(&self, sql: &str) {
        let database = self.folder.path().join("surety.db");
        rusqlite::Connection::open(database).unwrap().execute_batch(sql).unwrap();
    }

    /// Lets time pass.
    pub fn wait_ms(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::Relaxed);
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    /// A request whose body, if any, is JSON.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, String)],
        body: Option<&Value>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let body = match body {
            Some(json) => {
                request = request.header("content-type", "application/json");
                Body::from(json.to_string())
            }
            None => Body::empty(),
        };
        self.send(request.body(body).unwrap()).await
    }

    pub async fn get(&self, path: &str, headers: &[(&str, String)]) -> Answer {
        self.call(Method::GET, path, headers, None).await
    }

    pub async fn post(&self, path: &str, headers: &[(&str, String)], body: Value) -> Answer {
        self.call(Method::POST, path, headers, Some(&body)).await
    }

    /// An account; the first one is the operator's, on the plan `professional`.
    pub async fn register(&self, email: &str) -> Account {
        let body = json!({ "email": email, "password": "correct horse battery", "name": "Mara" });
        let made = self.post("/v1/auth/register", &[], body).await.expect(201);
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        Account { token: text("token"), key: text("api_key") }
    }

    /// An agent of an account, as the API shows it.
    pub async fn agent(&self, account: &Account, name: &str) -> Value {
        let body = json!({ "name": name, "framework": "langchain" });
        self.post("/v1/agents", &[account.bearer()], body).await.expect(201)
    }

    /// Reports a payment.
    pub async fn pay(&self, account: &Account, body: Value) -> Answer {
        self.post("/v1/payment-events", &[account.key()], body).await
    }

    /// Reports so many payments of 10 EUR on time, all today.
    pub async fn pay_times(&self, account: &Account, agent: &Value, times: usize) {
        for _ in 0..times {
            let body = json!({ "agent_id": agent["id"], "amount": 10, "status": "on_time" });
            self.pay(account, body).await.expect(201);
        }
    }
}
