//! What a large file costs: the time and memory of its import, and what others notice of it meanwhile.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::{Account, megabytes, ms, ratio, request, surety};
use crate::bench::{Load, Server, load_average};

/// Rows of a file.
const ROWS: u32 = 100_000;
/// What the server may grow by during an import, in bytes.
const MAX_GROWTH: u64 = 50 * 1_048_576;
/// How many times the usual p99 others may wait.
const MAX_SLOWDOWN: f64 = 3.0;
/// How long others are watched.
const SECONDS: u32 = 10;

/// Imports a file alone, again, with a mistake at its end, and while others report payments.
pub fn import(server: &Path, folder: &Path) -> Result<()> {
    let server = surety(server, folder, "surety", &[])?;
    let owner = Account::register(&server, "importer@example.com")?;
    let other = Account::register(&server, "other@example.com")?;
    let file = history();
    println!("{ROWS} rows, {:.1} MB", ms(Some(file.len() as u64 / 1_000)));
    alone(&server, &owner, &file)?;
    with_a_mistake(&server, &owner, &file)?;
    beside_others(&server, &owner, &other, &file)?;
    println!("memory afterwards: {} MB, load average {}", megabytes(&server)?, load_average()?);
    Ok(())
}

/// A row for each minute, so that no two are the same.
fn history() -> String {
    let mut file = "date,amount,currency,status\n".to_owned();
    for row in 0..ROWS {
        let (day, hour, minute) = (row / 1_440, row / 60 % 24, row % 60);
        let (month, day) = (1 + day / 28, 1 + day % 28);
        let _ = writeln!(
            file,
            "2025-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z,{}.50,EUR,on_time",
            row % 90 + 1
        );
    }
    file
}

fn upload(server: &Server, account: &Account, agent: &str, file: &str) -> Result<String> {
    let headers = format!("X-API-Key: {}\r\nContent-Type: text/csv\r\n", account.key);
    request(server, "POST", &format!("/v1/agents/{agent}/upload-history"), &headers, file)
}

fn alone(server: &Server, owner: &Account, file: &str) -> Result<()> {
    let before = server.resident_bytes()?;
    let start = Instant::now();
    let (answer, peak) = watched(server, || upload(server, owner, &owner.agent, file))?;
    let time = start.elapsed();
    let growth = peak.saturating_sub(before);
    println!("imported in {:.2} s, memory grew by {} MB", time.as_secs_f64(), growth / 1_048_576);
    ensure!(answer.contains(&format!("\"imported\":{ROWS},\"skipped\":0")), "{answer}");
    ensure!(growth < MAX_GROWTH, "memory grew by {growth} bytes");

    let start = Instant::now();
    let again = upload(server, owner, &owner.agent, file)?;
    println!("the same file again in {:.2} s", start.elapsed().as_secs_f64());
    ensure!(again.contains(&format!("\"imported\":0,\"skipped\":{ROWS}")), "{again}");
    Ok(())
}

/// One bad row at the end: it is named, and nothing of the file is there afterwards.
fn with_a_mistake(server: &Server, owner: &Account, file: &str) -> Result<()> {
    let agent = owner.another_agent(server)?;
    let bad = format!("{file}2025-12-31,nothing,EUR,on_time\n");
    let answer = upload(server, owner, &agent, &bad)?;
    ensure!(answer.starts_with("HTTP/1.1 422"), "{answer}");
    ensure!(answer.contains(&format!("\"row\":{}", ROWS + 2)), "{answer}");
    let good = upload(server, owner, &agent, file)?;
    ensure!(good.contains(&format!("\"imported\":{ROWS},\"skipped\":0")), "{good}");
    println!("a bad last row: named, and nothing was imported");
    Ok(())
}

/// Runs something while the server's memory is watched; what it came to at most.
fn watched<T>(server: &Server, run: impl FnOnce() -> Result<T>) -> Result<(T, u64)> {
    let (done, peak) = (AtomicBool::new(false), AtomicU64::new(0));
    let result = thread::scope(|threads| {
        threads.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                peak.fetch_max(server.resident_bytes().unwrap_or_default(), Ordering::Relaxed);
                thread::sleep(Duration::from_millis(10));
            }
        });
        let result = run();
        done.store(true, Ordering::Relaxed);
        result
    })?;
    Ok((result, peak.into_inner()))
}

/// What others wait for their payments, without imports and with one after the other.
fn beside_others(server: &Server, owner: &Account, other: &Account, file: &str) -> Result<()> {
    let path = "/v1/payment-events";
    let load = |run: &str| {
        let script = other.payments(path, run, 1);
        let load = Load { connections: 8, seconds: SECONDS, script: &script };
        load.run(&server.url(path))
    };
    load("warm")?;
    let usual = load("usual")?;
    let (done, imports) = (AtomicBool::new(false), AtomicU64::new(0));
    let busy = thread::scope(|threads| {
        let importing = threads.spawn(|| -> Result<()> {
            while !done.load(Ordering::Relaxed) {
                let agent = owner.another_agent(server)?;
                let answer = upload(server, owner, &agent, file)?;
                ensure!(answer.starts_with("HTTP/1.1 200"), "{answer}");
                imports.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        });
        let busy = load("busy");
        done.store(true, Ordering::Relaxed);
        importing.join().map_err(|_| anyhow::anyhow!("the imports panicked"))??;
        busy
    })?;
    for figures in [&usual, &busy] {
        ensure!(figures.refused + figures.broken == 0, "{figures:?}");
    }
    let slowdown = ratio(busy.p99_us, usual.p99_us);
    println!(
        "others' payments: p99 {:.2} ms, with {} imports beside {:.2} ms, {slowdown:.2} times",
        ms(Some(usual.p99_us)),
        imports.into_inner(),
        ms(Some(busy.p99_us))
    );
    ensure!(slowdown <= MAX_SLOWDOWN, "others wait {slowdown:.2} times as long");
    Ok(())
}
