//! What Chromium checks: the browser tests, and Lighthouse.

use crate::{process::run, tools, workspace::Workspace};
use anyhow::{Result, ensure};
use std::{path::Path, process::Command};

/// Payments of the workspace whose pages are measured.
const PAYMENTS: &str = "100000";

/// The mail server that the tests receive with.
const MAIL: &[&str] = &["aiosmtpd==1.4.6"];

/// The browser tests against the debug server, which must be built.
pub fn test(workspace: &Workspace) -> Result<()> {
    install(workspace)?;
    let python = tools::python_with(&workspace.root, "mail", MAIL)?;
    let mut tests = program("npm", &["test"], workspace, &workspace.server(false))?;
    run(tests.env("MAIL_PYTHON", python))
}

/// Lighthouse's scores of the pages that the given server makes.
pub fn pages(workspace: &Workspace, server: &Path) -> Result<()> {
    install(workspace)?;
    run(&mut program("node", &["lighthouse.mjs", PAYMENTS], workspace, server)?)
}

fn install(workspace: &Workspace) -> Result<()> {
    let folder = workspace.root.join("end2end");
    ensure!(folder.join("package-lock.json").is_file(), "end2end/package-lock.json is missing");
    // A browser of npm's own would be a second one, of another version than the machine's.
    run(Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund"])
        .current_dir(folder)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))
}

fn program(name: &str, args: &[&str], workspace: &Workspace, server: &Path) -> Result<Command> {
    let mut command = Command::new(name);
    command
        .args(args)
        .current_dir(workspace.root.join("end2end"))
        .env("SURETY_BIN", server)
        .env("CHROMIUM", tools::CHROMIUM.path()?);
    Ok(command)
}
