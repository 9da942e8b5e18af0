//! What webhooks do: how many go out in a second, and whether hundreds of hanging receivers hold up a healthy one.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::bench::{Server, load_average};
use crate::measure::{Account, EMAIL, megabytes, post, surety};

/// Payments, and so deliveries, of one round.
const DELIVERIES: usize = 60_000;
const BATCH: usize = 1_000;
const ROUNDS: usize = 3;
const HANGING: usize = 500;
/// Single events while the others hang.
const EVENTS: usize = 200;

/// Deliveries per second to one receiver, and one healthy receiver beside many that hang.
pub fn webhooks(server: &Path, peer: &Path, folder: &Path) -> Result<()> {
    let receiver =
        Server::start(peer, folder, "/", |port| vec![port.to_string(), "receiver".to_owned()])?;
    let server = surety(server, folder, "surety", &["--webhooks-allow-loopback", "true"])?;
    let account = Account::register(&server, EMAIL)?;
    listen(&server, &account, receiver.port)?;
    let mut rates = Vec::new();
    for _ in 0..ROUNDS {
        for _ in 0..DELIVERIES / BATCH {
            pay(&server, &account, BATCH)?;
        }
        let [count, took_ms, _] = wait_for(&receiver, DELIVERIES)?;
        let rate = count * 1_000 / took_ms.max(1);
        println!("{count} deliveries in {took_ms} ms: {rate}/s");
        rates.push(rate);
        post(&receiver, "/forget", "", "")?;
    }
    rates.sort_unstable();
    println!("deliveries: {}/s, load average {}", rates[ROUNDS / 2], load_average()?);

    let before = megabytes(&server)?;
    let silent = TcpListener::bind("127.0.0.1:0")?;
    for _ in 0..HANGING {
        listen(&server, &account, silent.local_addr()?.port())?;
    }
    for _ in 0..EVENTS {
        pay(&server, &account, 1)?;
        sleep(Duration::from_millis(20));
    }
    let [_, _, p99_ms] = wait_for(&receiver, EVENTS)?;
    let after = megabytes(&server)?;
    println!(
        "beside {HANGING} that hang: p99 from event to receipt {p99_ms} ms, memory {before} MB before, {after} MB after"
    );
    Ok(())
}

fn listen(server: &Server, account: &Account, port: u16) -> Result<()> {
    let body = format!(r#"{{"url":"http://127.0.0.1:{port}/","events":["payment.recorded"]}}"#);
    let bearer = format!("Authorization: Bearer {}\r\n", account.token);
    post(server, "/v1/webhooks/configure", &bearer, &body).map(drop)
}

fn pay(server: &Server, account: &Account, count: usize) -> Result<()> {
    let event = format!(r#"{{"agent_id":"{}","amount":10,"status":"on_time"}}"#, account.agent);
    let body = format!(r#"{{"events":[{}]}}"#, vec![event; count].join(","));
    let key = format!("X-API-Key: {}\r\n", account.key);
    post(server, "/v1/payment-events/batch", &key, &body).map(drop)
}

/// Deliveries, the milliseconds from the first to the last, and the 99th percentile from event to receipt.
fn wait_for(receiver: &Server, count: usize) -> Result<[u64; 3]> {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        let mut stream = TcpStream::connect(("127.0.0.1", receiver.port))?;
        write!(stream, "GET /figures HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
        let figures: Vec<u64> = body.split(' ').filter_map(|n| n.parse().ok()).collect();
        let figures: [u64; 3] = figures.try_into().ok().context("no figures")?;
        if figures[0] >= u64::try_from(count)? {
            return Ok(figures);
        }
        ensure!(Instant::now() < deadline, "{} of {count} deliveries arrived", figures[0]);
        sleep(Duration::from_millis(100));
    }
}
