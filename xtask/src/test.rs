//! `cargo xtask test`: every check in order, up to the first that fails.

use crate::{
    assets, browser, layers,
    postgres::Postgres,
    process::{self, run},
    tools,
    workspace::Workspace,
};
use anyhow::{Context, Result};
use clap::ValueEnum;
use std::{
    process::Command,
    time::{Duration, Instant},
};

/// A part of the checks that can be run alone.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum Step {
    /// Formatting, clippy for server and browser, the import table.
    Lint,
    /// Unit, store and API tests, on SQLite and a temporary PostgreSQL.
    Unit,
    /// The client packages, built, installed and run against the server; the server against its own description.
    Clients,
    /// The server with its assets, driven by Chromium.
    Browser,
}

/// Runs the named steps, or all; ends with how long each took.
pub fn test(workspace: &Workspace, only: &[Step]) -> Result<()> {
    process::unwind_on_signals()?;
    let wanted = |step| only.is_empty() || only.contains(&step);
    let mut report = Report::default();
    let result = run_steps(workspace, &mut report, wanted);
    report.print();
    result
}

fn run_steps(
    workspace: &Workspace,
    report: &mut Report,
    wanted: impl Fn(Step) -> bool,
) -> Result<()> {
    report.step("tools", || install(&wanted, workspace))?;
    if wanted(Step::Lint) {
        report.step("format", || run(&mut workspace.cargo(["fmt", "--all", "--check"])))?;
        report.step("layers", || layers::check(workspace))?;
        report.step("clippy, server", || {
            run(&mut workspace.cargo(["clippy", "--all-targets", "--", "-D", "warnings"]))
        })?;
        report.step("clippy, browser", || {
            let target = "wasm32-unknown-unknown";
            run(&mut workspace
                .cargo(["clippy", "-p", "frontend", "--target", target, "--", "-D", "warnings"]))
        })?;
    }
    if wanted(Step::Unit) {
        report.step("unit, store and API tests", || unit(workspace))?;
        report.step("doc tests", || run(&mut workspace.cargo(["test", "--doc"])))?;
    }
    if wanted(Step::Clients) || wanted(Step::Browser) {
        report.step("assets", || assets::build(workspace, true))?;
        // Not the optimised one: its build alone takes as long as everything else, and no test needs its speed.
        report.step("server", || workspace.build_server(false).map(drop))?;
    }
    if wanted(Step::Clients) {
        report.step("client packages", || clients(workspace))?;
    }
    if wanted(Step::Browser) {
        report.step("browser tests", || browser::test(workspace))?;
    }
    Ok(())
}

fn install(wanted: &impl Fn(Step) -> bool, workspace: &Workspace) -> Result<()> {
    let mut needed = Vec::new();
    if wanted(Step::Unit) {
        needed.push(tools::POSTGRES);
    }
    if wanted(Step::Clients) {
        needed.extend([tools::NODE, tools::NPM, tools::PYTHON]);
    }
    if wanted(Step::Browser) {
        needed.extend([tools::NODE, tools::NPM, tools::CHROMIUM, tools::PYTHON]);
    }
    tools::ensure_installed(&needed)?;
    if wanted(Step::Lint) || wanted(Step::Clients) || wanted(Step::Browser) {
        tools::ensure_wasm_target(&workspace.root)?;
    }
    Ok(())
}

fn unit(workspace: &Workspace) -> Result<()> {
    let postgres = Postgres::start().context("temporary PostgreSQL")?;
    let mut tests = if tools::on_path("cargo-nextest").is_some() {
        workspace.cargo(["nextest", "run", "--no-fail-fast"])
    } else {
        workspace.cargo(["test", "--no-fail-fast", "--lib", "--bins", "--tests"])
    };
    run(tests.env("SURETY_TEST_POSTGRES_URL", postgres.url()))
}

fn clients(workspace: &Workspace) -> Result<()> {
    let mut tests = Command::new("python3");
    tests.arg("sdk/test.py").current_dir(&workspace.root);
    run(tests.env("SURETY_BIN", workspace.server(false)))?;
    let mut contract = Command::new("python3");
    contract.arg("sdk/contract.py").current_dir(&workspace.root);
    run(contract.env("SURETY_BIN", workspace.server(false)))
}

/// How long each step took; the last one may have failed.
#[derive(Default)]
struct Report {
    steps: Vec<(&'static str, Duration, bool)>,
}

impl Report {
    fn step(&mut self, name: &'static str, work: impl FnOnce() -> Result<()>) -> Result<()> {
        eprintln!("\n=== {name} ===");
        let start = Instant::now();
        let result = work();
        self.steps.push((name, start.elapsed(), result.is_ok()));
        result.with_context(|| format!("FAILED: {name}"))
    }

    fn print(&self) {
        eprintln!();
        for (name, time, passed) in &self.steps {
            let mark = if *passed { "ok" } else { "FAILED" };
            eprintln!(
                "{:>4} min {:02} s  {mark:6}  {name}",
                time.as_secs() / 60,
                time.as_secs() % 60
            );
        }
    }
}
