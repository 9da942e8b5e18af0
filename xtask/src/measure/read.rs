//! What reading costs with few and with a million payments: public answers, and the dashboard's pages.

use std::ops::Range;
use std::path::Path;

use anyhow::{Result, ensure};

use super::{
    Account, EMAIL, PASSWORD, ROUNDS, footprint, median, megabytes, ms, peer, post, ratio, request,
    run, surety,
};
use crate::bench::{Load, Server, load_average};

/// Days that the payments of the large agent are spread over.
const DAYS: u32 = 500;

/// Badges and profiles per second with few and with many payments, and what certifying costs.
pub fn read(server: &Path, peer_binary: &Path, folder: &Path) -> Result<()> {
    let small = surety(server, folder, "small", &[])?;
    let large = surety(server, folder, "large", &[])?;
    let peer = peer(peer_binary, folder)?;
    footprint(&small)?;
    let (few, many) = (Account::register(&small, EMAIL)?, Account::register(&large, EMAIL)?);
    record(&small, &few, 0..10)?;
    let stored = fill(&large, &many)?;
    for (server, account) in [(&small, &few), (&large, &many)] {
        let path = format!("/v1/agents/{}/certify", account.agent);
        post(server, &path, &format!("X-API-Key: {}\r\n", account.key), "")?;
    }
    let badge = |a: &Account| format!("/v1/public/{}/badge.svg", a.gopi_id);
    let profile = |a: &Account| format!("/v1/public/{}", a.gopi_id);
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push([
            run("bare axum route", &peer, "/", 64, "")?,
            run("badge, 10 payments", &small, &badge(&few), 64, "")?,
            run("badge, many payments", &large, &badge(&many), 64, "")?,
            run("profile, 10 payments", &small, &profile(&few), 64, "")?,
            run("profile, many payments", &large, &profile(&many), 64, "")?,
            run("certify, many payments, 1 connection", &large, "/", 1, &many.certify())?,
        ]);
    }
    println!("many payments: {stored}, over {DAYS} days");
    let bare = median(&rounds, 0);
    for (at, name) in
        [(1, "badge, 10"), (2, "badge, many"), (3, "profile, 10"), (4, "profile, many")]
    {
        println!("{name} payments / bare route: {:.3}", ratio(median(&rounds, at), bare));
    }
    println!(
        "score, sign and store a certificate: p50 {:.2} ms",
        ms(rounds.iter().map(|r| r[5].p50_us).max())
    );
    dashboard((&small, &few), (&large, &many))?;
    println!(
        "memory with many payments: {} MB, load average {}",
        megabytes(&large)?,
        load_average()?
    );
    Ok(())
}

/// Records about a million payments.
fn fill(server: &Server, account: &Account) -> Result<u64> {
    let mut stored = 0;
    for round in 0..60 {
        let script = account.payments("/v1/payment-events", &format!("fill{round}"), DAYS);
        let load = Load { connections: 128, seconds: 10, script: &script };
        let figures = load.run(&server.url("/v1/payment-events"))?;
        stored += figures.requests_per_second * 10;
        if stored >= 1_000_000 {
            break;
        }
    }
    Ok(stored)
}

/// How long the pages take that an owner sees every day, one request after the other.
fn dashboard(small: (&Server, &Account), large: (&Server, &Account)) -> Result<()> {
    // Over as many days as the many.
    let script = small.1.payments("/v1/payment-events", "few", DAYS);
    let load = Load { connections: 1, seconds: 2, script: &script };
    let few = load.run(&small.0.url("/v1/payment-events"))?.requests_per_second * 2;
    println!("few payments: {few}, over {DAYS} days");
    let sizes = [
        ("few", small.0, session(small.0)?, small.1),
        ("many", large.0, session(large.0)?, large.1),
    ];
    for page in [
        "/dashboard",
        "/dashboard/payments",
        "/dashboard/payments?autonomous=false",
        "/dashboard/agents/{id}",
    ] {
        let mut figures = Vec::new();
        for (size, server, cookie, account) in &sizes {
            let path = page.replace("{id}", &account.id);
            let answer = request(server, "GET", &path, &format!("Cookie: {cookie}\r\n"), "")?;
            ensure!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer:.200}");
            let script = format!("wrk.headers[\"Cookie\"] = {cookie:?}\n");
            let name = format!("{page}, {size} payments, 1 connection");
            figures.push(run(&name, server, &path, 1, &script)?);
        }
        println!(
            "{page}, many / few payments: p50 {:.2}, p99 {:.2}",
            ratio(figures[1].p50_us, figures[0].p50_us),
            ratio(figures[1].p99_us, figures[0].p99_us)
        );
    }
    Ok(())
}

/// Reports a few payments, one after the other.
fn record(server: &Server, account: &Account, references: Range<u32>) -> Result<()> {
    let key = format!("X-API-Key: {}\r\n", account.key);
    for reference in references {
        let agent = &account.agent;
        let body = format!(r#"{{"agent_id":"{agent}","amount":10,"reference":"{reference}"}}"#);
        post(server, "/v1/payment-events", &key, &body)?;
    }
    Ok(())
}

/// The cookie of somebody who signed in.
fn session(server: &Server) -> Result<String> {
    let origin = server.url("");
    let headers = format!(
        "Content-Type: application/x-www-form-urlencoded\r\nAccept: text/html\r\nOrigin: {origin}\r\n"
    );
    let form = format!(
        "email={}&password={}&next=",
        EMAIL.replace('@', "%40"),
        PASSWORD.replace(' ', "+")
    );
    let answer = request(server, "POST", "/fn/log_in", &headers, &form)?;
    let cookies: Vec<_> = answer
        .lines()
        .filter_map(|line| line.split_once(": "))
        .filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"))
        .filter_map(|(_, cookie)| cookie.split(';').next())
        .collect();
    ensure!(!cookies.is_empty(), "signing in: {answer:.300}");
    Ok(cookies.join("; "))
}
