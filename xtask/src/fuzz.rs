//! `cargo xtask fuzz`: a target of `fuzz/` for some minutes, with the compiler's coverage counters that libFuzzer reads.

use std::fs;

use anyhow::Result;

use crate::process;
use crate::workspace::Workspace;

/// What strangers send.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Name {
    /// Amounts of money as text.
    Amounts,
    /// Cookies and the other headers that pages read.
    Cookies,
    /// Files of payments.
    CsvImport,
    /// JSON bodies of the API.
    JsonBodies,
    /// JWTs and API keys.
    Tokens,
    /// Headers of x402.
    #[value(name = "x402_headers")]
    X402Headers,
}

impl Name {
    const fn target(self) -> &'static str {
        match self {
            Self::Amounts => "amounts",
            Self::Cookies => "cookies",
            Self::CsvImport => "csv_import",
            Self::JsonBodies => "json_bodies",
            Self::Tokens => "tokens",
            Self::X402Headers => "x402_headers",
        }
    }
}

/// These passes are stable; sanitizers would need nightly.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=3 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Ccodegen-units=1";

/// Runs a target; new inputs go to `target/fuzz/inputs`. Fails on the first finding, and leaves it in
/// `target/fuzz/findings`.
pub fn fuzz(workspace: &Workspace, name: Name, seconds: u32) -> Result<()> {
    let target = name.target();
    let kept = workspace.target.join("fuzz");
    let (inputs, findings) = (kept.join("inputs").join(target), kept.join("findings"));
    fs::create_dir_all(&inputs)?;
    fs::create_dir_all(&findings)?;
    let corpus = workspace.root.join("fuzz/corpus").join(target);
    // With a target named, the flags are not for build scripts, in which nobody reads the counters.
    let mut run = workspace.cargo(["run", "-p", "fuzz", "--bin", target, "--target", "host-tuple"]);
    run.arg("--target-dir")
        .arg(&kept)
        .arg("--")
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/{target}-", findings.display()))
        .args([inputs, corpus])
        .env("RUSTFLAGS", FLAGS);
    process::run(&mut run)
}
