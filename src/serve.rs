//! Running the server.

use std::time::Duration;

use anyhow::Context;
use service::{Clock, Entropy, Services};
use tokio::net::TcpListener;

use crate::api::limits::Limits;
use crate::config::Config;
use crate::connections::{self, Patience};
use crate::router::router;
use crate::state::AppState;
use crate::workers;

/// How often what nobody can use any more is removed.
const SWEEP_EVERY: Duration = Duration::from_secs(600);

/// Opens the database, listens, and returns once a signal asked for it and all requests are answered.
pub async fn serve(config: Config) -> anyhow::Result<()> {
    let operator_token = config.service.operator_token.clone();
    let services =
        Services::open(config.service, Clock::system(), Entropy::system()).await.map_err(why)?;
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("listen: cannot listen on {}", config.listen))?;
    println!("Surety is ready at {}", services.public_url());
    if let Some(token) = operator_token
        && services.wants_operator_token().await.map_err(why)?
    {
        println!(
            "The first person to register with this operator token runs the instance: {token}"
        );
    }
    let sweeper = tokio::spawn(sweep(services.clone()));
    let limits = Limits::new(config.rate_limits);
    let workers = workers::start(&services, &limits);
    let mail = workers::start_mail(&services);
    let webhooks = services.deliver_webhooks();
    let state = AppState::new(services.clone()).with_limits(limits).behind(config.trusted_proxies);
    connections::answer(listener, router(state), Patience::default(), asked_to_stop()).await;
    sweeper.abort();
    workers.abort();
    mail.abort();
    webhooks.stop().await;
    services.close().await;
    Ok(())
}

/// The cause of an internal error, since the operator is who reads it.
pub fn why(error: service::Error) -> anyhow::Error {
    match error {
        service::Error::Internal(cause) => anyhow::anyhow!(cause),
        other => anyhow::anyhow!(other.to_string()),
    }
}

async fn sweep(services: Services) {
    loop {
        tokio::time::sleep(SWEEP_EVERY).await;
        if let Err(error) = services.sweep().await {
            tracing::warn!(?error, "old sessions and answers were not removed");
        }
        if let Err(error) = services.sweep_deliveries().await {
            tracing::warn!(?error, "old webhook deliveries were not removed");
        }
    }
}

async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            },
            Err(_) => drop(interrupt.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupt.await);
}
