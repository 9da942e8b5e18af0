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
