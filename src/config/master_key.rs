//! The key that encrypts stored secrets.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use service::Entropy;

const ALLOWED: &str = "master_key: the value is not allowed. Allowed: 64 hex digits";

/// The key from its setting, or from `master.key` in the data folder, made there at the first start. Without a data
/// folder it must be given.
pub(super) fn read(given: &str, data_folder: Option<&Path>) -> anyhow::Result<[u8; 32]> {
    if !given.is_empty() {
        return parse(given).context(ALLOWED);
    }
    let Some(folder) = data_folder else {
        bail!(
            "master_key: required with Postgres, so that all processes share it. Allowed: 64 hex digits"
        );
    };
    let path = folder.join("master.key");
    match fs::read_to_string(&path) {
        Ok(text) => parse(text.trim())
            .with_context(|| format!("{} does not hold 64 hex digits", path.display())),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => create(&path),
        Err(e) => Err(e).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn create(path: &Path) -> anyhow::Result<[u8; 32]> {
    let key = Entropy::system().bytes::<32>();
    let text: String = key.iter().map(|b| format!("{b:02x}")).collect();
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let write = || -> std::io::Result<()> {
        let mut file = options.open(path)?;
        writeln!(file, "{text}")?;
        file.sync_all()
    };
    write().with_context(|| format!("cannot write {}", path.display()))?;
    Ok(key)
}

/// A key that is to take the place of the one in force.
pub struct NextMasterKey {
    /// The key.
    pub key: [u8; 32],
    /// Where it waits, and the file that it replaces; `None` where the operator keeps the key.
    files: Option<(PathBuf, PathBuf)>,
}

impl NextMasterKey {
    /// A new key, or the one that an earlier try left behind. In embedded mode it is on disk before anything is sealed
    /// under it.
    pub(super) fn prepare(given: &str, data_folder: Option<&Path>) -> anyhow::Result<Self> {
        let folder = data_folder.filter(|_| given.is_empty());
        let Some(folder) = folder else {
            return Ok(Self { key: Entropy::system().bytes(), files: None });
        };
        let (next, current) = (folder.join("master.key.next"), folder.join("master.key"));
        let key = match fs::read_to_string(&next) {
            Ok(text) => parse(text.trim())
                .with_context(|| format!("{} does not hold 64 hex digits", next.display()))?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => create(&next)?,
            Err(e) => return Err(e).with_context(|| format!("cannot read {}", next.display())),
        };
        Ok(Self { key, files: Some((next, current)) })
    }

    /// The key as its setting has it, where the operator keeps it: to be shown before anything is sealed under it.
    pub fn shown(&self) -> Option<String> {
        let hex = || self.key.iter().map(|b| format!("{b:02x}")).collect();
        self.files.is_none().then(hex)
    }

    /// Puts the key in force, where it is in a file.
    pub fn take_over(self) -> anyhow::Result<()> {
        let Some((next, current)) = self.files else { return Ok(()) };
        fs::rename(&next, &current).with_context(|| format!("cannot replace {}", current.display()))
    }
}

fn parse(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut key = [0; 32];
    for (byte, at) in key.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
    }
    Some(key)
}
