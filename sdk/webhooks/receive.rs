// cargo add axum standardwebhooks serde_json && cargo add tokio --features full
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Router, extract::State};
use serde_json::Value;
use standardwebhooks::Webhook;
use std::{env, sync::Arc};
use tokio::net::TcpListener;

async fn receive(
    State(webhook): State<Arc<Webhook>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    if webhook.verify(&body, &headers).is_err() {
        return StatusCode::BAD_REQUEST;
    }
    let Ok(event) = serde_json::from_slice::<Value>(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    // The same event can come twice: its id tells.
    println!("{:?} {} {}", headers["webhook-id"], event["type"], event["data"]);
    StatusCode::NO_CONTENT
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let webhook = Arc::new(Webhook::new(&env::var("WEBHOOK_SECRET")?)?);
    let app = Router::new().route("/webhooks", post(receive)).with_state(webhook);
    axum::serve(TcpListener::bind("127.0.0.1:8080").await?, app).await?;
    Ok(())
}
