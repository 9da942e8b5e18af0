//! The import table of `docs/architecture.md`, checked against what the crates declare.

use crate::{process::read, workspace::Workspace};
use anyhow::{Result, ensure};
use serde_json::Value;

struct Rule {
    package: &'static str,
    allowed: fn(&str) -> bool,
}

const RULES: [Rule; 6] = [
    Rule { package: "model", allowed: |name| name == "serde" },
    Rule {
        package: "store",
        allowed: |name| !is_web(name) && !["app", "frontend", "service", "surety"].contains(&name),
    },
    Rule {
        package: "service",
        allowed: |name| !is_web(name) && !["app", "frontend", "sqlx", "surety"].contains(&name),
    },
    Rule {
        package: "app",
        allowed: |name| !["axum", "frontend", "sqlx", "store", "surety"].contains(&name),
    },
    Rule {
        package: "frontend",
        allowed: |name| {
            ["app", "console_error_panic_hook", "leptos", "wasm-bindgen"].contains(&name)
        },
    },
    Rule { package: "surety", allowed: |name| !["frontend", "sqlx", "store"].contains(&name) },
];

/// What must never be compiled for the browser, however indirectly.
const SERVER_ONLY: [&str; 6] = ["axum", "leptos_axum", "service", "sqlx", "store", "tokio"];

fn is_web(name: &str) -> bool {
    name.starts_with("axum") || name.starts_with("leptos") || name.starts_with("tower")
}

/// Fails when a crate uses what its layer must not.
pub fn check(workspace: &Workspace) -> Result<()> {
    let mut broken = Vec::new();
    for rule in &RULES {
        for name in dependencies(workspace, rule.package)? {
            if !(rule.allowed)(name) {
                broken.push(format!("`{}` must not depend on `{name}`", rule.package));
            }
        }
    }
    let mut tree =
        workspace.cargo(["tree", "-p", "frontend", "--target", "wasm32-unknown-unknown"]);
    tree.args(["--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{lib}"]);
    for name in read(&mut tree)?.lines().map(str::trim) {
        if SERVER_ONLY.contains(&name) && !broken.iter().any(|line| line.contains(name)) {
            broken.push(format!("`frontend` pulls `{name}` into the browser"));
        }
    }
    ensure!(broken.is_empty(), "{}", broken.join("\n"));
    Ok(())
}

fn dependencies<'a>(workspace: &'a Workspace, package: &str) -> Result<Vec<&'a str>> {
    let found = workspace.packages.iter().find(|found| found["name"] == package);
    ensure!(found.is_some(), "no package `{package}` in the workspace");
    let declared = found.and_then(|found| found["dependencies"].as_array()).into_iter().flatten();
    // Tests may reach into any layer: their dependencies have the kind "dev".
    Ok(declared
        .filter(|entry| entry["kind"] == Value::Null)
        .filter_map(|entry| entry["name"].as_str())
        .collect())
}
