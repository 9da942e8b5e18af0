//! What Surety is measured against, in the same run on the same machine.
//!
//! `bench-peer PORT DATABASE`: `GET /` is the bare axum route, the most that any handler could reach here;
//! `POST /payments` records one payment in a transaction of its own, the way a plain handler would.
//! `bench-peer PORT receiver` takes webhooks.
//! `bench-peer batches FILE` prints how many plain rows a second `rusqlite` commits, a thousand at a time.

mod batches;
mod one_by_one;
mod receiver;

use axum::Router;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use store::{Store, StoreConfig};

/// How long plain batches are written.
const SECONDS: u64 = 5;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let port = args.next().ok_or("no port")?;
    let url = args.next().ok_or("no database")?;
    if port == "batches" {
        println!("{}", batches::rows_per_second(&url, SECONDS)?);
        return Ok(());
    }
    let port: u16 = port.parse()?;
    let app = if url == "receiver" {
        receiver::app()
    } else {
        let store = Store::open(&StoreConfig { url, connections: 4 }).await?;
        Router::new()
            .route("/", get(|| async { "ok" }))
            .route("/payments", post(one_by_one::create))
            .with_state(store)
    };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, app).await?;
    Ok(())
}
