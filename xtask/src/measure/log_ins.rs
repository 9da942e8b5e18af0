//! What others notice of many people who sign in at once: each takes a core and 19 MiB for a moment.

use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};

use super::{Account, EMAIL, PASSWORD, megabytes, ms, post, ratio, surety};
use crate::bench::{Load, Server, load_average};

/// People who sign in at a time.
const PEOPLE: u32 = 200;
const SECONDS: u32 = 10;
/// What a badge may take beside them at most, in microseconds.
const MAX_P99_US: u64 = 50_000;

// Each time another person, from another network: one account takes few tries at a time.
const LOG_IN: &str = r#"
local n = -1
function request()
  n = (n + 1) % people
  local headers = { ["Content-Type"] = "application/json", ["X-Forwarded-For"] = "10.1." .. n .. ".1" }
  local body = '{"email":"person' .. n .. '@example.com","password":"' .. password .. '"}'
  return wrk.format("POST", nil, headers, body)
end
"#;

/// Badges alone, and while two hundred people sign in.
pub fn log_ins(server: &Path, folder: &Path) -> Result<()> {
    // So that each person comes from a network of their own, and none is shut.
    let server = surety(server, folder, "surety", &["--trusted-proxies", "127.0.0.1"])?;
    let account = Account::register(&server, EMAIL)?;
    let path = format!("/v1/public/{}/badge.svg", account.gopi_id);
    badges(&server, &path, 2)?;
    let alone = badges(&server, &path, SECONDS)?;
    for n in 0..PEOPLE {
        let person = format!(r#"{{"email":"person{n}@example.com","password":{PASSWORD:?}}}"#);
        post(&server, "/v1/auth/register", "", &person)?;
    }
    let script = format!("people, password = {PEOPLE}, {PASSWORD:?}\n{LOG_IN}");
    let people = Load { connections: PEOPLE, seconds: SECONDS + 4, script: &script };
    let (log_ins, beside) = thread::scope(|threads| -> Result<_> {
        let log_ins = threads.spawn(|| people.run(&server.url("/v1/auth/login")));
        thread::sleep(Duration::from_secs(2));
        let beside = badges(&server, &path, SECONDS)?;
        let log_ins = log_ins.join().map_err(|_| anyhow::anyhow!("signing in panicked"))??;
        Ok((log_ins, beside))
    })?;
    println!(
        "{PEOPLE} people sign in: {} a second, p50 {:.0} ms",
        log_ins.requests_per_second,
        ms(Some(log_ins.p50_us))
    );
    println!(
        "badges: p99 {:.2} ms, beside them {:.2} ms; {:.2} of the rate",
        ms(Some(alone.p99_us)),
        ms(Some(beside.p99_us)),
        ratio(beside.requests_per_second, alone.requests_per_second)
    );
    println!("memory afterwards: {} MB, load average {}", megabytes(&server)?, load_average()?);
    ensure!(log_ins.refused + log_ins.broken == 0, "{log_ins:?}");
    ensure!(beside.p99_us <= MAX_P99_US, "badges take {:.2} ms", ms(Some(beside.p99_us)));
    Ok(())
}

fn badges(server: &Server, path: &str, seconds: u32) -> Result<crate::bench::Figures> {
    let figures = Load { connections: 8, seconds, script: "" }.run(&server.url(path))?;
    ensure!(figures.refused + figures.broken == 0, "{figures:?}");
    Ok(figures)
}
