//! `cargo xtask bench`: the optimised server in a fresh folder, wrk, and what the machine was doing meanwhile.

use crate::{
    assets, browser, measure, measure_webhooks,
    process::{self, free_port, read, stop, wait_until},
    tools,
    workspace::Workspace,
};
use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use rustix::process::Signal;
use std::{
    collections::HashMap,
    fs::{self, File},
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// The load average above which nothing is measured.
const MAX_LOAD: f64 = 1.5;

/// What can be measured.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Name {
    /// Payments recorded per second.
    Ingest,
    /// Pages and answers read per second.
    Read,
    /// Payments recorded per second, a thousand in a request.
    Batch,
    /// Webhooks delivered per second, and to whom while hundreds of others hang.
    Webhooks,
    /// A file of 100,000 payments, alone and beside the payments of others.
    Import,
    /// Badges, while two hundred people sign in.
    LogIns,
    /// Whether the time of an answer tells that an address has an account.
    Tell,
    /// Lighthouse's scores of the public pages, the overview and an agent's page.
    Pages,
}

/// Builds what ships, and measures.
pub fn bench(workspace: &Workspace, name: Name) -> Result<()> {
    process::unwind_on_signals()?;
    match name {
        Name::Ingest => under_load(workspace, measure::ingest),
        Name::Read => under_load(workspace, measure::read),
        Name::Batch => under_load(workspace, measure::batch),
        Name::Import => under_load(workspace, |server, _, folder| measure::import(server, folder)),
        Name::LogIns => under_load(workspace, |server, _, folder| measure::log_ins(server, folder)),
        Name::Tell => under_load(workspace, |server, _, folder| measure::tell(server, folder)),
        Name::Pages => pages(workspace),
        Name::Webhooks => under_load(workspace, measure_webhooks::webhooks),
    }
}

/// Measures a server beside what it is measured against, in a folder.
fn under_load(workspace: &Workspace, measure: fn(&Path, &Path, &Path) -> Result<()>) -> Result<()> {
    tools::ensure_installed(&[tools::WRK])?;
    assets::build(workspace, true)?;
    let server = workspace.build_server(true)?;
    process::run(&mut workspace.cargo(["build", "--release", "-p", "bench-peer"]))?;
    let peer = server.with_file_name("bench-peer");
    // Not /tmp, which may be memory: the disk is part of what is measured.
    let folder = tempfile::Builder::new().prefix("bench-").tempdir_in(&workspace.target)?;
    wait_for_quiet()?;
    println!(
        "load average {}, {} synced appends/s",
        load_average()?,
        synced_appends_per_second(folder.path())?
    );
    measure(&server, &peer, folder.path())
}

fn pages(workspace: &Workspace) -> Result<()> {
    tools::ensure_installed(&[tools::NODE, tools::NPM, tools::CHROMIUM])?;
    assets::build(workspace, true)?;
    let server = workspace.build_server(true)?;
    wait_for_quiet()?;
    println!("load average {}", load_average()?);
    browser::pages(workspace, &server)
}

/// A running server; dropping it stops it.
pub struct Server {
    process: Child,
    /// Where it listens on this machine.
    pub port: u16,
    /// From its start to its first answer.
    pub started_in: Duration,
}

impl Server {
    /// Starts a program in a folder and waits until the path answers. `arguments` are made from the free port.
    pub fn start(
        binary: &Path,
        folder: &Path,
        healthy: &str,
        arguments: impl FnOnce(u16) -> Vec<String>,
    ) -> Result<Self> {
        let port = free_port()?;
        let log = folder.join(format!("{port}.log"));
        let begin = Instant::now();
        let process = Command::new(binary)
            .args(arguments(port))
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(File::create(&log)?)
            .stderr(File::options().append(true).open(&log)?)
            .spawn()
            .with_context(|| format!("starting {}", binary.display()))?;
        let mut server = Self { process, port, started_in: Duration::ZERO };
        wait_until(&mut server.process, Duration::from_secs(30), || {
            is_healthy(port, healthy).unwrap_or(false)
        })
        .with_context(|| fs::read_to_string(&log).unwrap_or_default())?;
        server.started_in = begin.elapsed();
        Ok(server)
    }

    /// A path of the server as wrk takes it.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Memory that the process holds.
    pub fn resident_bytes(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line =
            status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes * 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        stop(&mut self.process, Signal::TERM);
    }
}

fn is_healthy(port: u16, path: &str) -> Result<bool> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")?;
    let mut status = [0; 12];
    stream.read_exact(&mut status)?;
    Ok(&status == b"HTTP/1.1 200")
}

/// What wrk sends.
pub struct Load<'a> {
    /// Connections that are kept busy.
    pub connections: u32,
    /// How long.
    pub seconds: u32,
    /// Lua that sets the requests; empty for plain GETs.
    pub script: &'a str,
}

/// What wrk counted; latencies in microseconds.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    /// Answers per second.
    pub requests_per_second: u64,
    /// Half of the requests took at most this long.
    pub p50_us: u64,
    /// All but one in a hundred took at most this long.
    pub p99_us: u64,
    /// Answers with a status above 399.
    pub refused: u64,
    /// Connections and requests that got no answer.
    pub broken: u64,
}

impl Load<'_> {
    // Read from a script of ours: wrk's own report rounds, and names no errors when there are none.
    const REPORT: &'static str = r#"
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("\nfigures requests=%d us=%d p50=%d p99=%d refused=%d broken=%d\n",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), e.status, e.connect + e.read + e.write + e.timeout))
end
"#;

    /// One thread: the server has the rest of the machine.
    pub fn run(&self, url: &str) -> Result<Figures> {
        let mut script = tempfile::NamedTempFile::new()?;
        write!(script, "{}{}", self.script, Self::REPORT)?;
        let mut wrk = Command::new(tools::WRK.path()?);
        // Who waits for a turn is no error.
        wrk.args([
            "--timeout",
            "30s",
            "-t1",
            &format!("-c{}", self.connections),
            &format!("-d{}s", self.seconds),
        ]);
        let output = read(wrk.arg("-s").arg(script.path()).arg(url))?;
        let line = output
            .lines()
            .find_map(|line| line.strip_prefix("figures "))
            .context("wrk reported nothing")?;
        let figures: HashMap<&str, u64> = line
            .split(' ')
            .filter_map(|pair| pair.split_once('='))
            .filter_map(|(k, v)| Some((k, v.parse().ok()?)))
            .collect();
        let figure = |name: &str| {
            figures.get(name).copied().with_context(|| format!("wrk reported no {name}"))
        };
        Ok(Figures {
            requests_per_second: figure("requests")? * 1_000_000 / figure("us")?.max(1),
            p50_us: figure("p50")?,
            p99_us: figure("p99")?,
            refused: figure("refused")?,
            broken: figure("broken")?,
        })
    }
}

/// How busy the machine was in the last minute.
pub fn load_average() -> Result<String> {
    let loads = fs::read_to_string("/proc/loadavg")?;
    Ok(loads.split(' ').next().unwrap_or_default().to_owned())
}

/// A build of our own may just have ended; whatever else keeps the machine busy would be measured too.
fn wait_for_quiet() -> Result<()> {
    let begin = Instant::now();
    while load_average()?.parse::<f64>().context("load average")? > MAX_LOAD {
        ensure!(
            begin.elapsed() < Duration::from_secs(300),
            "the machine is busy: its load average stays above {MAX_LOAD}"
        );
        std::thread::sleep(Duration::from_secs(2));
    }
    Ok(())
}

/// The most that one commit per record could reach on this disk.
fn synced_appends_per_second(folder: &Path) -> Result<u32> {
    let mut file = File::create(folder.join("probe"))?;
    let start = Instant::now();
    let mut appends = 0;
    while start.elapsed() < Duration::from_secs(1) {
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
        appends += 1;
    }
    Ok(appends)
}
