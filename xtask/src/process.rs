//! Child processes: named before they start, stopped when we are.

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::{
    net::TcpListener,
    process::{Child, Command, ExitStatus},
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, Ordering},
    },
    thread::sleep,
    time::{Duration, Instant},
};

const POLL: Duration = Duration::from_millis(20);

// A signal concerns the whole process, so does its flag.
static INTERRUPTED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Makes Ctrl-C and `kill` end the running child and unwind, so that temporary servers and folders are removed.
pub fn unwind_on_signals() -> Result<()> {
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&INTERRUPTED))?;
    }
    Ok(())
}

/// Runs a program to its end, its output going where ours goes.
pub fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    eprintln!("$ {line}");
    let mut child = command.spawn().with_context(|| format!("starting `{line}`"))?;
    let status = wait(&mut child).with_context(|| format!("`{line}`"))?;
    ensure!(status.success(), "`{line}`: {status}");
    Ok(())
}

/// Runs a program and answers its standard output.
pub fn read(command: &mut Command) -> Result<String> {
    let line = line(command);
    let output = command.output().with_context(|| format!("starting `{line}`"))?;
    ensure!(
        output.status.success(),
        "`{line}`: {}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).with_context(|| format!("output of `{line}`"))
}

/// Asks until the answer is yes, the time is up, or the child has died.
pub fn wait_until(
    child: &mut Child,
    patience: Duration,
    mut ready: impl FnMut() -> bool,
) -> Result<()> {
    let start = Instant::now();
    while !ready() {
        if let Some(status) = child.try_wait()? {
            bail!("ended while starting: {status}");
        }
        ensure!(start.elapsed() < patience, "not ready after {} s", patience.as_secs());
        ensure_not_interrupted()?;
        sleep(POLL);
    }
    Ok(())
}

/// Ends a child: the signal first, and SIGKILL when it has not obeyed in ten seconds.
pub fn stop(child: &mut Child, signal: Signal) {
    // A child that is already gone is what we want.
    if let Ok(None) = child.try_wait() {
        let _ = kill_process(Pid::from_child(child), signal);
    }
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(10) {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        sleep(POLL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// A port that was free a moment ago.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn wait(child: &mut Child) -> Result<ExitStatus> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if let Err(interrupted) = ensure_not_interrupted() {
            stop(child, Signal::TERM);
            return Err(interrupted);
        }
        sleep(POLL);
    }
}

/// Whether somebody asked us to stop.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

fn ensure_not_interrupted() -> Result<()> {
    ensure!(!interrupted(), "interrupted");
    Ok(())
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
