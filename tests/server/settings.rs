//! A wrong setting stops the start with its name, the value and what is allowed.

use std::process::Command;

#[test]
fn a_wrong_value_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str], variable: Option<(&str, &str)>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_surety"));
        command.arg("serve").args(args).current_dir(folder.path()).envs(variable);
        let output = command.output().unwrap();
        assert!(!output.status.success(), "{args:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let flag = run(&["--listen", "3000"], None);
    assert!(flag.contains("listen: \"3000\" (from --listen) is not allowed"), "{flag}");
    let variable = run(&[], Some(("SURETY_DEFAULT_PLAN", "gold")));
    assert!(variable.contains("\"gold\" (from SURETY_DEFAULT_PLAN)"), "{variable}");
    assert!(variable.contains("free, basic or professional"), "{variable}");
    let postgres = run(&["--database-url", "postgres://u:secret@127.0.0.1:1/x"], None);
    assert!(postgres.contains("master_key"), "{postgres}");
    assert!(!postgres.contains("secret"), "a password in a URL is not shown: {postgres}");
    std::fs::write(folder.path().join("surety.toml"), "listn = \"127.0.0.1:1\"").unwrap();
    let file = run(&[], None);
    assert!(file.contains("there is no setting \"listn\""), "{file}");
}
