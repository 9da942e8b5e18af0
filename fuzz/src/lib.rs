//! A server that fuzz targets send requests to: the whole router over a file of its own, without a network.

use std::sync::OnceLock;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use service::{Clock, Entropy, NewUser, Services, Settings, StoreConfig};
use surety::router::router;
use surety::state::AppState;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// The server, an account on it, and an agent of the account.
pub struct Target {
    runtime: Runtime,
    router: Router,
    /// The account's token.
    pub token: String,
    /// The account's API key.
    pub key: String,
    /// The agent's id.
    pub agent: String,
    _folder: TempDir,
}

/// The one server of this process.
pub fn target() -> &'static Target {
    static TARGET: OnceLock<Target> = OnceLock::new();
    TARGET.get_or_init(|| start().unwrap_or_else(|error| panic!("no server: {error}")))
}

fn start() -> Result<Target, Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let folder = tempfile::tempdir()?;
    let settings = Settings {
        store: StoreConfig {
            url: format!("sqlite://{}/surety.db", folder.path().display()),
            connections: 2,
        },
        master_key: [7; 32],
        public_url: "http://localhost:3000".to_owned(),
        default_plan: model::Plan::Professional,
        operator_token: None,
        registration: service::Registration::Open,
        second_factor: service::SecondFactorRule::Optional,
        mail: None,
        ingest_queue: 64,
        webhooks: service::WebhookSettings {
            allow_loopback: false,
            hosts: service::WebhookHosts::default(),
            resolver: service::Resolver::system(),
            render: surety::api::render_webhook,
        },
        breached_passwords: None,
        data_folder: folder.path().to_owned(),
        retention: service::Retention::default(),
    };
    let new = NewUser {
        email: "mara@example.com".to_owned(),
        password: "correct horse battery".to_owned(),
        ..NewUser::default()
    };
    let made = runtime.block_on(async {
        let services = Services::open(settings, Clock::system(), Entropy::seeded(1)).await?;
        let client = service::Client::default();
        let (registered, token) = services.register_with_token(new, &client).await?;
        let actor = services.authenticate_token(&token.token).await?;
        let agent = service::NewAgent {
            name: "Bot".to_owned(),
            description: String::new(),
            framework: model::Framework::Custom,
            visibility: model::Visibility::Public,
        };
        let agent = services.create_agent(&actor, agent, None).await?.agent;
        let key = registered.key.secret.unwrap_or_default();
        Ok::<_, service::Error>((services, token.token, key, agent.id.to_string()))
    });
    let (services, token, key, agent) = made?;
    let router = router(AppState::new(services));
    Ok(Target { runtime, router, token, key, agent, _folder: folder })
}

impl Target {
    /// Sends a request. Whatever is sent, nothing fails on our side, and no answer holds a line of a program.
    pub fn send(&self, request: Request<Body>) -> (u16, String) {
        let name = format!("{} {}", request.method(), request.uri());
        let answered = self.runtime.block_on(async {
            let response = match self.router.clone().oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            let (parts, body) = response.into_parts();
            let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
            (parts.status.as_u16(), String::from_utf8_lossy(&bytes).into_owned())
        });
        assert!(answered.0 < 500, "{name}: {} {}", answered.0, answered.1);
        assert!(!answered.1.contains("panicked at"), "{name}: {}", answered.1);
        answered
    }
}
