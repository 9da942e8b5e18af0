//! `cargo xtask`: everything that a newcomer or CI runs, from nothing but rustup, a C compiler and git.

mod advisories;
mod assets;
mod bench;
mod browser;
mod dev;
mod fuzz;
mod layers;
mod measure;
mod measure_webhooks;
mod postgres;
mod process;
mod serve;
mod sizes;
mod test;
mod tools;
mod workspace;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};
use workspace::Workspace;

/// Builds, runs, tests and measures Surety.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Builds everything and starts the server; flags after `--` go to `surety serve`.
    Serve {
        /// Optimised, as it ships.
        #[arg(long)]
        release: bool,
        /// Flags of `surety serve`.
        #[arg(last = true)]
        flags: Vec<String>,
    },
    /// Like `serve`, and builds again what changes; pages of the dashboard that are open load themselves again.
    Dev {
        /// Flags of `surety serve`.
        #[arg(last = true)]
        flags: Vec<String>,
    },
    /// Leaves one self-contained `target/release/surety` with all assets inside.
    Build,
    /// Builds only the wasm, its bindings, the stylesheet and the public files, into `target/site`.
    Assets {
        /// Small and compressed hard, as it ships.
        #[arg(long)]
        release: bool,
    },
    /// Runs all checks and tests, or only the steps named; installs what they need.
    Test {
        /// `lint`, `unit`, `clients` or `browser`; none means all of them.
        steps: Vec<test::Step>,
    },
    /// Measures the optimised server under load.
    Bench {
        /// What to measure.
        name: bench::Name,
    },
    /// Feeds a part of the server with inputs that no test thought of; see `fuzz/README.md`.
    Fuzz {
        /// What to feed.
        name: fuzz::Name,
        /// For how long.
        #[arg(long, default_value_t = 600)]
        seconds: u32,
    },
    /// Asks whether what we depend on has published weaknesses, of RustSec and the npm registry.
    Advisories {
        /// A copy of RustSec's database, where theirs cannot be reached.
        #[arg(long)]
        db: Option<PathBuf>,
    },
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    let workspace = Workspace::find()?;
    match cli.task {
        Task::Serve { release, flags } => serve::serve(&workspace, release, &flags),
        Task::Dev { flags } => dev::dev(&workspace, &flags),
        Task::Build => serve::build(&workspace),
        Task::Assets { release } => assets::build(&workspace, release),
        Task::Test { steps } => test::test(&workspace, &steps),
        Task::Bench { name } => bench::bench(&workspace, name),
        Task::Fuzz { name, seconds } => fuzz::fuzz(&workspace, name, seconds),
        Task::Advisories { db } => advisories::advisories(&workspace, db.as_deref()),
    }
}
