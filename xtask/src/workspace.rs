//! Where the sources are and where cargo puts what it builds.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::{path::PathBuf, process::Command};

/// The workspace as `cargo metadata` describes it.
pub struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's own output: follows `CARGO_TARGET_DIR`.
    pub target: PathBuf,
    /// One entry per member, with its declared dependencies.
    pub packages: Vec<Value>,
}

impl Workspace {
    /// Asks cargo.
    pub fn find() -> Result<Self> {
        let output = Command::new("cargo")
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .context("starting cargo")?;
        ensure!(
            output.status.success(),
            "cargo metadata: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let metadata: Value = serde_json::from_slice(&output.stdout)?;
        let path = |key: &str| {
            metadata[key].as_str().map(PathBuf::from).with_context(|| format!("no {key}"))
        };
        Ok(Self {
            root: path("workspace_root")?,
            target: path("target_directory")?,
            packages: metadata["packages"].as_array().context("no packages")?.clone(),
        })
    }

    /// A cargo command that runs at the root, whatever folder we were called from.
    pub fn cargo<const N: usize>(&self, args: [&str; N]) -> Command {
        let mut command = Command::new("cargo");
        command.args(args).current_dir(&self.root);
        // `cargo xtask` sets what describes xtask. Build scripts that watch it (ring) would run again, and all that
        // depends on them be compiled again, each time one changes between `cargo xtask` and plain `cargo`.
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| {
                name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
            }) {
                command.env_remove(name);
            }
        }
        command
    }

    /// The built assets: always inside the workspace, because rust-embed reads them by a fixed relative path.
    pub fn site(&self) -> PathBuf {
        self.root.join("target").join("site")
    }

    /// Builds the server and answers where its binary is.
    pub fn build_server(&self, release: bool) -> Result<PathBuf> {
        let mut build = self.cargo(["build"]);
        if release {
            build.args(["--release", "-p", "surety"]);
        } else {
            // With the features that the tests are built with: what both depend on is compiled once.
            build.args(["--bin", "surety"]);
        }
        crate::process::run(&mut build)?;
        Ok(self.server(release))
    }

    /// Where `build_server` leaves the binary.
    pub fn server(&self, release: bool) -> PathBuf {
        self.target.join(if release { "release" } else { "debug" }).join("surety")
    }
}
