//! A Postgres database of its own for a test.

use std::process::Command;

/// A database of its own on the server that the tests are told.
pub struct Database {
    server: String,
    name: String,
    pub url: String,
}

impl Database {
    pub fn new(purpose: &str) -> Self {
        #[expect(clippy::disallowed_methods, reason = "how `cargo xtask test` tells its server")]
        let server = std::env::var("SURETY_TEST_POSTGRES_URL");
        let server = server.expect("SURETY_TEST_POSTGRES_URL is not set: run `cargo xtask test`");
        let name = format!("surety_{purpose}_{}", std::process::id());
        let (base, _) = server.rsplit_once('/').unwrap();
        let url = format!("{base}/{name}");
        let database = Self { server, name, url };
        database.run("createdb");
        database
    }

    fn run(&self, program: &str) {
        let done = Command::new(program)
            .args(["--maintenance-db", &self.server, &self.name])
            .status()
            .unwrap();
        assert!(done.success(), "{program}: {done}");
    }

    /// Every row of every table, as text.
    pub fn rows(&self) -> String {
        let done = Command::new("pg_dump").args(["--data-only", &self.url]).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    }

    pub fn drop(self) {
        self.run("dropdb");
    }
}
