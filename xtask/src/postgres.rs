//! A PostgreSQL of our own for the store's tests: fresh, on a free port, gone afterwards.

use crate::{
    process::{free_port, read, stop, wait_until},
    tools,
};
use anyhow::{Context, Result};
use rustix::process::Signal;
use std::{
    fs::{self, File},
    os::unix::{fs::chown, process::CommandExt},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;

/// A running cluster; dropping it stops the server and deletes its files.
pub struct Postgres {
    server: Child,
    port: u16,
    // Dropped after `server` was stopped by our own `drop`.
    _folder: TempDir,
}

impl Postgres {
    /// Creates a cluster with durable defaults and waits until it answers.
    pub fn start() -> Result<Self> {
        let programs = tools::POSTGRES.path()?;
        let programs = programs.parent().context("initdb lies in no folder")?;
        let folder = tempfile::Builder::new().prefix("surety-postgres-").tempdir()?;
        let owner = owner(folder.path())?;
        let data = folder.path().join("data");
        let mut initdb = command(&programs.join("initdb"), owner, folder.path());
        initdb.arg("-D").arg(&data).args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
        ]);
        read(&mut initdb)?;

        let port = free_port()?;
        let log = folder.path().join("log");
        let server = command(&programs.join("postgres"), owner, folder.path())
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder.path())
            .args(["-h", "127.0.0.1", "-p", &port.to_string()])
            // Each test opens its own pool, and as many tests run at once as there are cores.
            .args(["-c", "max_connections=300"])
            .stdout(Stdio::null())
            .stderr(File::create(&log)?)
            .spawn()
            .context("starting postgres")?;
        let mut postgres = Self { server, port, _folder: folder };
        let mut probe = Command::new(programs.join("pg_isready"));
        probe.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]);
        wait_until(&mut postgres.server, Duration::from_secs(60), || {
            probe.status().is_ok_and(|s| s.success())
        })
        .with_context(|| format!("postgres: {}", fs::read_to_string(&log).unwrap_or_default()))?;
        Ok(postgres)
    }

    /// A superuser's URL; the cluster trusts everyone on this machine.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT is postgres' fast shutdown: it waits for no client.
        stop(&mut self.server, Signal::INT);
    }
}

/// The user `postgres` when we are root, whom initdb refuses; nobody when we may run it ourselves.
fn owner(folder: &Path) -> Result<Option<(u32, u32)>> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let id = |flag| -> Result<u32> {
        Ok(read(Command::new("id").args([flag, "postgres"]))?.trim().parse()?)
    };
    let (uid, gid) = (id("-u")?, id("-g")?);
    chown(folder, Some(uid), Some(gid))?;
    Ok(Some((uid, gid)))
}

/// A command that runs as the owner, in a folder the owner can enter, and ends with us even when we are killed.
fn command(program: &Path, owner: Option<(u32, u32)>, folder: &Path) -> Command {
    let mut command = match tools::on_path("setpriv") {
        Some(setpriv) => {
            let mut command = Command::new(setpriv);
            command.args(["--pdeathsig", "INT"]).arg(program);
            command
        }
        None => Command::new(program),
    };
    if let Some((uid, gid)) = owner {
        command.uid(uid).gid(gid);
    }
    // Its own group: Ctrl-C in a terminal reaches us, and we stop it after its clients.
    command.current_dir(folder).process_group(0).stdin(Stdio::null());
    command
}
