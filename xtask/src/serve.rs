//! Building the server with its assets, and running it.

use crate::{assets, workspace::Workspace};
use anyhow::{Context, Result};
use std::{os::unix::process::CommandExt, process::Command};

/// Builds all and becomes the server, which then gets Ctrl-C and every other signal itself.
pub fn serve(workspace: &Workspace, release: bool, flags: &[String]) -> Result<()> {
    assets::build(workspace, release)?;
    let binary = workspace.build_server(release)?;
    let error = Command::new(&binary).arg("serve").args(flags).current_dir(&workspace.root).exec();
    Err(error).with_context(|| format!("starting {}", binary.display()))
}

/// Builds the binary that ships.
pub fn build(workspace: &Workspace) -> Result<()> {
    assets::build(workspace, true)?;
    let binary = workspace.build_server(true)?;
    let size = binary.metadata()?.len();
    eprintln!("{} ({} MB), assets included", binary.display(), size / 1_000_000);
    Ok(())
}
