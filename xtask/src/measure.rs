//! What the benchmarks measure. Every figure is a ratio against something measured in the same rounds: absolute
//! figures say more about the machine than about us.

mod import;
mod log_ins;
mod read;
mod tell;

pub use import::import;
pub use log_ins::log_ins;
pub use read::read;
pub use tell::tell;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::bench::{Figures, Load, Server, load_average};
use crate::process;

const ROUNDS: usize = 3;
/// Of the account that is measured.
pub const EMAIL: &str = "bench@example.com";
const PASSWORD: &str = "correct horse battery";
const INGEST: &str = include_str!("../../benches/ingest.lua");
const BATCH: &str = include_str!("../../benches/batch.lua");

/// An account on a fresh server, with one agent.
pub struct Account {
    /// The agent's key.
    pub key: String,
    /// The person's token.
    pub token: String,
    /// The agent.
    pub agent: String,
    gopi_id: String,
    /// Of the agent's page.
    id: String,
}

impl Account {
    /// Registers on a fresh server.
    pub fn register(server: &Server, email: &str) -> Result<Self> {
        let account = format!(r#"{{"email":{email:?},"password":{PASSWORD:?}}}"#);
        let answer = post(server, "/v1/auth/register", "", &account)?;
        let (key, token) = (field(&answer, "api_key")?, field(&answer, "token")?);
        let agent = create_agent(server, &token)?;
        let id = |name| field(&agent, name);
        let (external_id, gopi_id, id) = (id("external_id")?, id("gopi_id")?, id("id")?);
        Ok(Self { key, token, agent: external_id, gopi_id, id })
    }

    /// One more agent of this account.
    fn another_agent(&self, server: &Server) -> Result<String> {
        field(&create_agent(server, &self.token)?, "external_id")
    }

    /// The script that reports payments of this agent.
    fn payments(&self, path: &str, run: &str, days: u32) -> String {
        let Self { key, agent, .. } = self;
        format!(
            "path, key, agent, run, days = {path:?}, {key:?}, {agent:?}, {run:?}, {days}\n{INGEST}"
        )
    }

    /// The script that reports a thousand payments of this agent in each request.
    fn batches(&self, path: &str, run: &str) -> String {
        let Self { key, agent, .. } = self;
        format!("path, key, agent, run = {path:?}, {key:?}, {agent:?}, {run:?}\n{BATCH}")
    }

    fn certify(&self) -> String {
        let (path, key) = (format!("/v1/agents/{}/certify", self.agent), &self.key);
        format!(
            "function request() return wrk.format(\"POST\", {path:?}, {{[\"X-API-Key\"] = {key:?}}}) end\n"
        )
    }
}

fn create_agent(server: &Server, token: &str) -> Result<String> {
    let bearer = format!("Authorization: Bearer {token}\r\n");
    post(server, "/v1/agents", &bearer, r#"{"name":"Bench"}"#)
}

/// A server without limits in a folder of its own, with these flags besides.
pub fn surety(binary: &Path, folder: &Path, name: &str, flags: &[&str]) -> Result<Server> {
    let folder = folder.join(name);
    std::fs::create_dir_all(&folder)?;
    Server::start(binary, &folder, "/health", |port| {
        let listen = format!("127.0.0.1:{port}");
        let all = ["serve", "--rate-limits", "off", "--listen", &listen];
        all.iter().chain(flags).map(|flag| (*flag).to_owned()).collect()
    })
}

fn peer(binary: &Path, folder: &Path) -> Result<Server> {
    let database = format!("sqlite://{}/peer.db", folder.display());
    Server::start(binary, folder, "/", |port| vec![port.to_string(), database])
}

/// Payments recorded per second, against a bare axum route and against committing one by one.
pub fn ingest(server: &Path, peer_binary: &Path, folder: &Path) -> Result<()> {
    let server = surety(server, folder, "surety", &[])?;
    let peer = peer(peer_binary, folder)?;
    footprint(&server)?;
    let account = Account::register(&server, EMAIL)?;
    let mut rounds = Vec::new();
    for round in 0..ROUNDS {
        let script = |path, run: &str| account.payments(path, &format!("{run}{round}"), 1);
        let payments = "/v1/payment-events";
        rounds.push([
            run("bare axum route, 64 connections", &peer, "/", 64, "")?,
            run("payments, 64 connections", &server, payments, 64, &script(payments, "a"))?,
            run("payments, 1 connection", &server, payments, 1, &script(payments, "b"))?,
            run("one by one, 1 connection", &peer, "/payments", 1, &script("/payments", "c"))?,
        ]);
    }
    let median = |at: usize| median(&rounds, at);
    let [bare, many, single, one_by_one] = [median(0), median(1), median(2), median(3)];
    println!("payments / bare route: {:.3}", ratio(many, bare));
    println!("p99 with 64 connections: {:.1} ms", ms(rounds.iter().map(|r| r[1].p99_us).max()));
    println!(
        "1 connection, ours / a transaction in a plain handler: {:.3}",
        ratio(single, one_by_one)
    );
    println!("memory afterwards: {} MB, load average {}", megabytes(&server)?, load_average()?);
    Ok(())
}

/// Payments recorded per second in batches of a thousand, against plain rows in batches of a thousand.
pub fn batch(server: &Path, peer_binary: &Path, folder: &Path) -> Result<()> {
    let server = surety(server, folder, "surety", &[])?;
    let account = Account::register(&server, EMAIL)?;
    let path = "/v1/payment-events/batch";
    let (mut ours, mut plain) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let file = folder.join(format!("plain{round}.db"));
        let rows = process::read(Command::new(peer_binary).arg("batches").arg(&file))?;
        plain.push(rows.trim().parse::<u64>()?);
        println!("plain batches: {} rows/s", rows.trim());
        let script = account.batches(path, &round.to_string());
        ours.push(
            run("batches, 4 connections", &server, path, 4, &script)?.requests_per_second * 1_000,
        );
    }
    ours.sort_unstable();
    plain.sort_unstable();
    println!("batches / plain rows: {:.3}", ratio(ours[ROUNDS / 2], plain[ROUNDS / 2]));
    println!("memory afterwards: {} MB, load average {}", megabytes(&server)?, load_average()?);
    Ok(())
}

/// Two seconds to warm up, eight that count.
fn run(name: &str, server: &Server, path: &str, connections: u32, script: &str) -> Result<Figures> {
    let url = server.url(path);
    Load { connections, seconds: 2, script }.run(&url)?;
    // What it left behind in queues is done by then.
    std::thread::sleep(Duration::from_millis(500));
    let figures = Load { connections, seconds: 8, script }.run(&url)?;
    println!(
        "{name}: {} requests/s, p50 {:.2} ms, p99 {:.2} ms",
        figures.requests_per_second,
        ms(Some(figures.p50_us)),
        ms(Some(figures.p99_us))
    );
    ensure!(figures.refused + figures.broken == 0, "{name}: {figures:?}");
    Ok(figures)
}

fn footprint(server: &Server) -> Result<()> {
    let started = server.started_in.as_millis();
    println!("started in {started} ms, {} MB when idle", megabytes(server)?);
    Ok(())
}

/// Memory that the server holds.
pub fn megabytes(server: &Server) -> Result<u64> {
    Ok(server.resident_bytes()? / 1_048_576)
}

fn median<const N: usize>(rounds: &[[Figures; N]], at: usize) -> u64 {
    let mut figures: Vec<_> = rounds.iter().map(|r| r[at].requests_per_second).collect();
    figures.sort_unstable();
    figures[figures.len() / 2]
}

#[expect(clippy::cast_precision_loss, reason = "figures to three digits")]
fn ratio(ours: u64, theirs: u64) -> f64 {
    ours as f64 / theirs.max(1) as f64
}

#[expect(clippy::cast_precision_loss, reason = "figures to three digits")]
fn ms(us: Option<u64>) -> f64 {
    us.unwrap_or_default() as f64 / 1000.0
}

/// The whole answer to a POST of JSON, which must be a good one.
pub fn post(server: &Server, path: &str, headers: &str, body: &str) -> Result<String> {
    let headers = format!("Content-Type: application/json\r\n{headers}");
    let answer = request(server, "POST", path, &headers, body)?;
    ensure!(answer.starts_with("HTTP/1.1 20"), "POST {path}: {answer}");
    Ok(answer)
}

/// Whatever is answered, head and body.
fn request(server: &Server, method: &str, path: &str, headers: &str, body: &str) -> Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port))?;
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         {headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// The value of a text field in a JSON answer.
fn field(answer: &str, name: &str) -> Result<String> {
    let after = answer.split(&format!("\"{name}\":\"")).nth(1);
    let value = after.and_then(|rest| rest.split('"').next());
    value.map(str::to_owned).with_context(|| format!("the answer has no {name}"))
}
