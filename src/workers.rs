//! What the server does on its own, beside answering.

use std::time::Duration;

use service::Services;
use tokio::task::JoinHandle;

use crate::api::limits::Limits;

/// How often to see whether anything is due; what is due at which time, the service decides.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Starts what runs beside the server; it ends when aborted.
pub fn start(services: &Services, limits: &Limits) -> JoinHandle<()> {
    let (services, limits) = (services.clone(), limits.clone());
    tokio::spawn(async move {
        loop {
            look(&services).await;
            limits.forget_idle();
            tokio::time::sleep(LOOK_EVERY).await;
        }
    })
}

/// How often to see whether a mail waits.
const MAIL_EVERY: Duration = Duration::from_secs(1);

/// Starts what sends mail; it ends when aborted, and a mail in its hands is tried again by another.
pub fn start_mail(services: &Services) -> JoinHandle<()> {
    let services = services.clone();
    tokio::spawn(async move {
        while services.sends_mail() {
            if let Err(error) = services.send_due_mails().await {
                tracing::error!(?error, "mails that are due were not sent");
            }
            tokio::time::sleep(MAIL_EVERY).await;
        }
    })
}

/// Does what is due now. What fails is tried again the next time.
async fn look(services: &Services) {
    match services.recompute_scores().await {
        Ok(Some(suspended)) => {
            tracing::info!(suspended, "scores were recomputed: {suspended} certificates suspended");
        }
        Ok(None) => {}
        Err(error) => tracing::warn!(?error, "scores were not recomputed"),
    }
    if let Err(error) = services.notify_of_ends().await {
        tracing::warn!(?error, "the ends of certificates were not announced");
    }
    match services.end_accounts().await {
        Ok(0) => {}
        Ok(ended) => tracing::info!(ended, "{ended} accounts were deleted, as their owners asked"),
        Err(error) => tracing::error!(?error, "accounts that are due were not deleted"),
    }
    if let Err(error) = services.tend_exports().await {
        tracing::error!(?error, "archives of accounts were not looked after");
    }
    if let Err(error) = services.enforce_retention().await {
        tracing::error!(?error, "what is older than it may be was not taken away");
    }
}
