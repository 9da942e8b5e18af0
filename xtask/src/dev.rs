//! `cargo xtask dev`: builds again what a change concerns, and pages that are open load themselves again.

use crate::{assets, process, workspace::Workspace};
use anyhow::{Context, Result};
use rustix::process::Signal;
use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::Path,
    process::{Child, Command},
    thread::sleep,
    time::{Duration, Instant},
};

/// What the browser's files are made from: of the views, it runs only the islands and what they use.
const ASSETS: [&str; 8] = [
    "app/Cargo.toml",
    "app/src/components",
    "app/src/islands",
    "app/src/lib.rs",
    "crates/model",
    "frontend",
    "public",
    "style",
];
/// What the server is made from.
const SERVER: [&str; 7] =
    ["Cargo.lock", "Cargo.toml", "app", "crates", "locales", "migrations", "src"];
/// How often the files are looked at: a few hundred, which takes a few milliseconds.
const POLL: Duration = Duration::from_millis(200);

/// Builds, serves, and starts over at every change, until a signal ends it. A build that fails leaves the server as it
/// was.
pub fn dev(workspace: &Workspace, flags: &[String]) -> Result<()> {
    process::unwind_on_signals()?;
    let mut built = Sources::default();
    let mut server = None;
    while !process::interrupted() {
        let now = Sources::settled(&workspace.root)?;
        if now.assets != built.assets {
            tell(|| assets::build(workspace, false));
        }
        if now.server != built.server && !process::interrupted() {
            tell(|| {
                let binary = workspace.build_server(false)?;
                // The next one needs its port.
                drop(server.take());
                server = Some(Server::start(&binary, &workspace.root, flags)?);
                Ok(())
            });
        }
        built = now;
        while !process::interrupted() && Sources::of(&workspace.root)? == built {
            sleep(POLL);
        }
    }
    Ok(())
}

/// Says what failed, and how long it took if nothing did.
fn tell(work: impl FnOnce() -> Result<()>) {
    let start = Instant::now();
    match work() {
        Ok(()) => eprintln!("Done in {:.1} s", start.elapsed().as_secs_f32()),
        Err(_) if process::interrupted() => {}
        Err(error) => eprintln!("{error:#}\nWaiting for the next change"),
    }
}

/// The running server; dropping it stops it.
struct Server(Child);

impl Server {
    fn start(binary: &Path, root: &Path, flags: &[String]) -> Result<Self> {
        let child = Command::new(binary).arg("serve").args(flags).current_dir(root).spawn();
        Ok(Self(child.with_context(|| format!("starting {}", binary.display()))?))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        process::stop(&mut self.0, Signal::TERM);
    }
}

/// The state of all files: another one is a change.
#[derive(Default, PartialEq)]
struct Sources {
    assets: u64,
    server: u64,
}

impl Sources {
    fn of(root: &Path) -> Result<Self> {
        Ok(Self { assets: state(root, &ASSETS)?, server: state(root, &SERVER)? })
    }

    /// Once nobody is writing any more: editors and git change many files one after the other.
    fn settled(root: &Path) -> Result<Self> {
        let mut before = Self::of(root)?;
        loop {
            sleep(POLL);
            let now = Self::of(root)?;
            if now == before {
                return Ok(now);
            }
            before = now;
        }
    }
}

fn state(root: &Path, paths: &[&str]) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        add(&root.join(path), &mut hasher).with_context(|| format!("watching {path}"))?;
    }
    Ok(hasher.finish())
}

fn add(path: &Path, hasher: &mut DefaultHasher) -> io::Result<()> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        // Removed while we were looking, which the next look tells.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if !found.is_dir() {
        (path, found.modified()?, found.len()).hash(hasher);
        return Ok(());
    }
    let mut names: Vec<_> =
        fs::read_dir(path)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<_>>()?;
    names.sort();
    for name in names {
        let text = name.to_string_lossy();
        // What editors keep beside a file that is being changed.
        if !text.starts_with(['.', '#']) && !text.ends_with('~') {
            add(&path.join(&name), hasher)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_concerns_what_is_made_from_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let write = |path: &str, text: &str| {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let empty = Sources::of(root).unwrap();
        write("style/main.css", "a");
        let styled = Sources::of(root).unwrap();
        assert!(styled.assets != empty.assets && styled.server == empty.server);
        write("locales/en/shell.ftl", "a");
        let spoken = Sources::of(root).unwrap();
        assert!(spoken.assets == styled.assets && spoken.server != styled.server);
        write("app/src/islands/toast.rs", "a");
        let both = Sources::of(root).unwrap();
        assert!(both.assets != spoken.assets && both.server != spoken.server);
        write("app/src/islands/.toast.rs.swp", "a");
        assert!(Sources::of(root).unwrap() == both);
        fs::remove_file(root.join("style/main.css")).unwrap();
        assert!(Sources::of(root).unwrap().assets != both.assets);
    }
}
