//! `cargo xtask advisories`: whether what we depend on has published weaknesses. Asks servers that CI does not reach, so it
//! is no part of `cargo xtask test`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::{read, run};
use crate::tools::{NPM, ensure_installed};
use crate::workspace::Workspace;

/// The RustSec team's own tool, as it is on crates.io.
const CARGO_AUDIT: &str = "0.22.2";

/// What is known of the packages in one lock file.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    /// The lines that tell of each weakness, and those that are worth a look: given up, yanked.
    Known { weak: Vec<String>, noted: Vec<String> },
    /// Nobody was asked, and why.
    Unasked(String),
}

/// Checks every lock file that git knows. Fails where there is a weakness, and where somebody could not be asked. `db` is a
/// copy of RustSec's database (a folder with its repository), where theirs cannot be reached.
pub fn advisories(workspace: &Workspace, db: Option<&Path>) -> Result<()> {
    let listed = read(
        Command::new("git")
            .args(["ls-files", "*Cargo.lock", "*package-lock.json"])
            .current_dir(&workspace.root),
    )?;
    let (mut weak, mut unasked) = (0, 0);
    for file in listed.lines() {
        let path = workspace.root.join(file);
        let answer = if file.ends_with("Cargo.lock") {
            cargo_audit(workspace, &path, db)?
        } else {
            npm_audit(&path)?
        };
        match answer {
            Answer::Known { weak: found, noted } => {
                println!("{file}: {} with a published weakness", found.len());
                found.iter().for_each(|line| println!("  {line}"));
                noted.iter().for_each(|line| println!("  to look at: {line}"));
                weak += found.len();
            }
            Answer::Unasked(why) => {
                println!("{file}: NOT CHECKED. {why}");
                unasked += 1;
            }
        }
    }
    if weak > 0 || unasked > 0 {
        bail!("{weak} published weaknesses; {unasked} lock files could not be checked");
    }
    Ok(())
}

fn cargo_audit(workspace: &Workspace, lock: &Path, db: Option<&Path>) -> Result<Answer> {
    let tools = workspace.target.join("tools");
    let program = installed(workspace, &tools.join("cargo-audit"))?;
    let mut audit = Command::new(program);
    audit.args(["audit", "--json", "--file"]).arg(lock);
    match db {
        Some(folder) => audit.arg("--no-fetch").arg("--db").arg(folder),
        None => audit.arg("--db").arg(tools.join("advisory-db")),
    };
    let output = audit.output().context("starting cargo-audit")?;
    Ok(read_cargo_audit(&output))
}

/// Built here when it is missing: without optimisation, for it runs once in a while.
fn installed(workspace: &Workspace, root: &Path) -> Result<PathBuf> {
    let mut install = workspace.cargo(["install", "cargo-audit", "--version", CARGO_AUDIT]);
    run(install.args(["--locked", "--debug", "--quiet", "--root"]).arg(root))?;
    Ok(root.join("bin/cargo-audit"))
}

/// It exits with an error for a weakness, too: what it prints tells the two apart.
fn read_cargo_audit(output: &Output) -> Answer {
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let Some(list) = report["vulnerabilities"]["list"].as_array() else {
        return Answer::Unasked(last_words(output));
    };
    // A folder without advisories is no database.
    if report["database"]["advisory-count"].as_u64().unwrap_or(0) == 0 {
        return Answer::Unasked("the database holds no advisory".to_owned());
    }
    let line = |found: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
        let (package, advisory) = (&found["package"], &found["advisory"]);
        let of = format!("{} {}", text(&package["name"]), text(&package["version"]));
        match advisory {
            Value::Null => format!("{of}: {}", text(&found["kind"])),
            _ => format!(
                "{of}: {}, {}; patched in {}",
                text(&advisory["id"]),
                text(&advisory["title"]),
                found["versions"]["patched"]
            ),
        }
    };
    let warnings = report["warnings"].as_object().into_iter().flatten();
    let warnings = warnings.flat_map(|(_, found)| found.as_array().into_iter().flatten());
    Answer::Known { weak: list.iter().map(line).collect(), noted: warnings.map(line).collect() }
}

fn npm_audit(lock: &Path) -> Result<Answer> {
    ensure_installed(&[NPM])?;
    let folder = lock.parent().context("a lock file without a folder")?;
    let output = Command::new(NPM.path()?)
        .args(["audit", "--json", "--package-lock-only"])
        .current_dir(folder)
        .output()
        .context("starting npm")?;
    Ok(read_npm_audit(&output))
}

fn read_npm_audit(output: &Output) -> Answer {
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let Some(found) = report["vulnerabilities"].as_object() else {
        let why = report["message"].as_str().map(str::to_owned);
        return Answer::Unasked(why.unwrap_or_else(|| last_words(output)));
    };
    let weak = found.iter().map(|(name, found)| {
        let severity = found["severity"].as_str().unwrap_or("?");
        let causes = found["via"].as_array().into_iter().flatten();
        // Either an advisory or the name of the package that brings it.
        let causes = causes.filter_map(|via| via["title"].as_str().or(via.as_str()));
        format!("{name}: {severity}, {}", causes.collect::<Vec<_>>().join("; "))
    });
    Answer::Known { weak: weak.collect(), noted: Vec::new() }
}

fn last_words(output: &Output) -> String {
    let told = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<_> = told.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(3)..].join(" ")
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    use super::*;

    fn output(stdout: &str, stderr: &str) -> Output {
        let status = ExitStatus::from_raw(256);
        Output { status, stdout: stdout.into(), stderr: stderr.into() }
    }

    #[test]
    fn a_database_that_cannot_be_reached_is_not_taken_for_good_news() {
        let failed = output("", "    Fetching advisory database\nerror: couldn't fetch it\n");
        let why = "Fetching advisory database error: couldn't fetch it";
        assert_eq!(read_cargo_audit(&failed), Answer::Unasked(why.to_owned()));
        let empty =
            r#"{"database":{"advisory-count":0},"vulnerabilities":{"list":[]},"warnings":{}}"#;
        assert!(matches!(read_cargo_audit(&output(empty, "")), Answer::Unasked(_)));
        let refused = output(r#"{"message":"405 Method Not Allowed","statusCode":405}"#, "");
        assert_eq!(read_npm_audit(&refused), Answer::Unasked("405 Method Not Allowed".to_owned()));
        let garbage = output("<html>", "npm error offline");
        assert_eq!(read_npm_audit(&garbage), Answer::Unasked("npm error offline".to_owned()));
    }

    #[test]
    fn weaknesses_are_told_with_what_is_known_of_them() {
        let report = r#"{"database":{"advisory-count":9},"vulnerabilities":{"list":[{
            "advisory":{"id":"RUSTSEC-2026-0001","title":"Reads too far"},
            "package":{"name":"parser","version":"1.0.0"},"versions":{"patched":[">=1.0.1"]}}]},
            "warnings":{"yanked":[{"kind":"yanked","package":{"name":"old","version":"0.1.0"},"advisory":null}]}}"#;
        let weak = vec![
            r#"parser 1.0.0: RUSTSEC-2026-0001, Reads too far; patched in [">=1.0.1"]"#.to_owned(),
        ];
        let noted = vec!["old 0.1.0: yanked".to_owned()];
        assert_eq!(read_cargo_audit(&output(report, "")), Answer::Known { weak, noted });

        let report = r#"{"vulnerabilities":{"ws":{"severity":"high","via":[{"title":"Eats memory"},"engine"]}}}"#;
        let weak = vec!["ws: high, Eats memory; engine".to_owned()];
        assert_eq!(read_npm_audit(&output(report, "")), Answer::Known { weak, noted: vec![] });
        let none = Answer::Known { weak: vec![], noted: vec![] };
        assert_eq!(read_npm_audit(&output(r#"{"vulnerabilities":{}}"#, "")), none);
    }
}
