//! Finds the programs that are not built from crates.io, and installs those that are missing.

use crate::process::{read, run};
use anyhow::{Context, Result, bail, ensure};
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// A program that some step needs.
pub struct Tool {
    name: &'static str,
    find: fn() -> Option<PathBuf>,
    /// Debian's packages that bring it.
    packages: &'static [&'static str],
}

/// Chromium, or the browser that `CHROMIUM` names; with one font, so that text is visible.
pub const CHROMIUM: Tool = Tool {
    name: "Chromium",
    find: || {
        let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
        variable("CHROMIUM").map(PathBuf::from).or_else(|| names.into_iter().find_map(on_path))
    },
    packages: &["chromium", "fonts-liberation"],
};
/// Node, which runs the browser tests.
pub const NODE: Tool = Tool { name: "Node", find: || on_path("node"), packages: &["nodejs"] };
/// npm, which installs what the browser tests import.
pub const NPM: Tool = Tool { name: "npm", find: || on_path("npm"), packages: &["npm"] };
/// Python with its `venv`, for the client package.
pub const PYTHON: Tool = Tool {
    name: "Python",
    find: || on_path("python3").filter(|python| has_venv(python)),
    packages: &["python3", "python3-venv"],
};
/// `initdb`, found in the folder that also holds `postgres`.
pub const POSTGRES: Tool =
    Tool { name: "PostgreSQL", find: find_initdb, packages: &["postgresql"] };
/// The HTTP load generator of the benches.
pub const WRK: Tool = Tool { name: "wrk", find: || on_path("wrk"), packages: &["wrk"] };

impl Tool {
    /// Where it is; installs nothing.
    pub fn path(&self) -> Result<PathBuf> {
        (self.find)().with_context(|| format!("{} is missing", self.name))
    }
}

/// Installs all that is missing in one go, or stops with the command that does.
pub fn ensure_installed(tools: &[Tool]) -> Result<()> {
    let missing: Vec<&Tool> = tools.iter().filter(|tool| (tool.find)().is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.iter().map(|tool| tool.name).collect::<Vec<_>>().join(", ");
    let packages: Vec<&str> =
        missing.iter().flat_map(|tool| tool.packages.iter().copied()).collect();
    if on_path("apt-get").is_none() || !rustix::process::geteuid().is_root() {
        bail!(
            "{names} must be installed first. On Debian or Ubuntu:\n  sudo apt-get update && sudo apt-get install -y --no-install-recommends {}",
            packages.join(" ")
        );
    }
    let apt = || {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").args(["-o", "Acquire::Retries=3"]);
        apt
    };
    run(apt().arg("update"))?;
    run(apt().args(["install", "-y", "--no-install-recommends"]).args(packages))?;
    for tool in missing {
        tool.path()?;
    }
    Ok(())
}

/// A Python with these packages of PyPI, in a folder of its own below `target`.
pub fn python_with(root: &Path, name: &str, packages: &[&str]) -> Result<PathBuf> {
    let folder = root.join("target/tools").join(name);
    let (python, stamp) = (folder.join("bin/python"), folder.join("packages"));
    let wanted = packages.join("\n");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    run(Command::new(PYTHON.path()?).args(["-m", "venv"]).arg(&folder))?;
    run(Command::new(&python).args(["-m", "pip", "install", "-q"]).args(packages))?;
    std::fs::write(&stamp, wanted).context("the list of installed packages")?;
    Ok(python)
}

/// Installs the standard library for WebAssembly when the toolchain has none.
pub fn ensure_wasm_target(root: &Path) -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let installed = || -> Result<bool> {
        let folder = read(
            Command::new("rustc")
                .args(["--print", "target-libdir", "--target", TARGET])
                .current_dir(root),
        )?;
        Ok(Path::new(folder.trim()).is_dir())
    };
    if installed()? {
        return Ok(());
    }
    ensure!(
        on_path("rustup").is_some(),
        "this Rust toolchain lacks the target {TARGET}, and there is no rustup to add it with"
    );
    run(Command::new("rustup").args(["target", "add", TARGET]).current_dir(root))?;
    ensure!(installed()?, "rustup added {TARGET} to another toolchain than the one in use");
    Ok(())
}

/// The program of that name in `PATH`.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = variable("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

// Debian ships it apart from Python.
fn has_venv(python: &Path) -> bool {
    let import = Command::new(python).args(["-c", "import ensurepip, venv"]).output();
    import.is_ok_and(|output| output.status.success())
}

// Debian keeps it out of PATH, one folder per major version.
fn find_initdb() -> Option<PathBuf> {
    on_path("initdb").and_then(|program| program.canonicalize().ok()).or_else(|| {
        let versions = Path::new("/usr/lib/postgresql").read_dir().ok()?;
        versions
            .filter_map(|version| Some(version.ok()?.path().join("bin/initdb")))
            .filter(|program| program.is_file())
            .max()
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "PATH and CHROMIUM are the machine's, not settings of the server"
)]
fn variable(name: &str) -> Option<std::ffi::OsString> {
    env::var_os(name)
}
