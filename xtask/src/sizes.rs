//! How much a dashboard page may load, and how much it does.

use anyhow::{Context, Result, ensure};
use std::path::Path;

/// A part of what a page loads.
struct Budget {
    what: &'static str,
    /// In the assets' folder.
    files: &'static [&'static str],
    /// Bytes, compressed with brotli.
    limit: u64,
}

/// Bytes of program, compressed: all that any page of the dashboard loads.
const MAX_PROGRAM: u64 = 130_000;
/// Bytes of style sheet, compressed.
const MAX_STYLE: u64 = 15_000;

const BUDGETS: [Budget; 2] = [
    Budget {
        what: "wasm and JavaScript",
        files: &["app_bg.wasm", "app.js", "boot.js"],
        limit: MAX_PROGRAM,
    },
    Budget { what: "style sheet", files: &["main.css"], limit: MAX_STYLE },
];

/// Prints the sizes. What ships is held to the limits; what is compiled for development is not compressed as hard.
pub fn report(folder: &Path, ships: bool) -> Result<()> {
    let mut exceeded = Vec::new();
    for Budget { what, files, limit } in &BUDGETS {
        let mut total = 0;
        for file in *files {
            let size = compressed_size(folder, file)?;
            eprintln!("  {file:20} {size:>8} bytes compressed");
            total += size;
        }
        eprintln!("  {what:20} {total:>8} of {limit}");
        if total > *limit {
            exceeded.push(format!("{what}: {total} bytes compressed, {limit} allowed"));
        }
    }
    ensure!(
        !ships || exceeded.is_empty(),
        "a page of the dashboard loads too much. {}",
        exceeded.join("; ")
    );
    Ok(())
}

/// As it travels: a file that compression makes no smaller is sent as it is.
fn compressed_size(folder: &Path, file: &str) -> Result<u64> {
    let plain = folder.join(file);
    let compressed = folder.join(format!("{file}.br"));
    let sent = if compressed.exists() { compressed } else { plain };
    Ok(sent.metadata().with_context(|| format!("reading {}", sent.display()))?.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn site(wasm: usize, style: usize) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let files = [("app_bg.wasm", wasm), ("app.js", 1), ("boot.js", 1), ("main.css", style)];
        for (name, size) in files {
            fs::write(folder.path().join(name), vec![0; 10 * size]).unwrap();
            fs::write(folder.path().join(format!("{name}.br")), vec![0; size]).unwrap();
        }
        folder
    }

    #[test]
    fn what_ships_is_held_to_the_limits() {
        assert!(report(site(129_998, 15_000).path(), true).is_ok());
        let program = report(site(129_999, 1).path(), true).unwrap_err().to_string();
        assert!(program.contains("wasm and JavaScript: 130001 bytes compressed, 130000 allowed"));
        let style = report(site(1, 15_001).path(), true).unwrap_err().to_string();
        assert!(style.contains("style sheet: 15001 bytes compressed, 15000 allowed"));
        assert!(report(site(999_999, 99_999).path(), false).is_ok());
    }
}
