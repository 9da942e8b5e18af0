//! Every public function of the store, once on SQLite and once on Postgres.

use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};

use model::score::{BreakdownLine, Confidence, Grade, Line};
use model::{
    Agent, AgentId, AgentSort, AgentStatus, Amount, Certificate, CertificateId, Currency, DAY_MS,
    Direction, Framework, Payment, PaymentId, PaymentSource, PaymentStats, PaymentStatus, Plan,
    Rail, User, UserId, Visibility, Workspace, WorkspaceId,
};
use sqlx::Postgres;
use sqlx::migrate::MigrateDatabase;
use tempfile::TempDir;

use crate::agents::AgentQuery;
use crate::payments::NewPayment;
use crate::{Conn, Store, StoreConfig, agents, workspaces};

mod accounts;
mod admin_rows;
mod agent_rows;
mod amendment_rows;
mod certificate_rows;
mod engines;
mod factor_rows;
mod holding_rows;
mod import_rows;
mod journals;
mod ledger;
mod mail_rows;
mod member_rows;
mod period_rows;
mod personal_rows;
mod webhook_rows;

/// Makes two tests of each story: `sqlite::NAME` and `postgres::NAME`.
macro_rules! both_engines {
    ($(async fn $name:ident($store:ident: &Store) $story:block)+) => {
        $(async fn $name($store: &Store) $story)+

        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                let database = $crate::suite::Database::sqlite().await;
                super::$name(&database.store).await;
                database.drop().await;
            })+
        }

        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                let database = $crate::suite::Database::postgres().await;
                super::$name(&database.store).await;
                database.drop().await;
            })+
        }
    };
}
use both_engines;

/// 2026-10-14T12:00:00Z.
const NOW: i64 = 1_791_979_200_000;
/// What no escaping rule likes.
const TRICKY: &str = r#"O'Brien "q" \ ; -- $1 %_ {} [] <é> 机器人 🤖 \u0000 \n"#;

/// A fresh database with the schema, and what is left to remove.
struct Database {
    store: Store,
    url: String,
    _folder: Option<TempDir>,
}

impl Database {
    async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("surety.db").display());
        Self { store: open(&url).await, url, _folder: Some(folder) }
    }

    async fn postgres() -> Self {
        #[expect(clippy::disallowed_methods, reason = "how `cargo xtask test` tells its server")]
        let server = std::env::var("SURETY_TEST_POSTGRES_URL");
        let server = server.expect(
            "SURETY_TEST_POSTGRES_URL is not set: run `cargo xtask test`, which starts a Postgres for the suite",
        );
        let (server, _) = server.rsplit_once('/').expect("postgres://USER@HOST/DATABASE");
        // Never the name of a database that an earlier run left behind.
        let url = format!("{server}/surety_{:016x}", RandomState::new().hash_one(()));
        Postgres::create_database(&url).await.unwrap();
        Self { store: open(&url).await, url, _folder: None }
    }

    async fn drop(self) {
        self.store.close().await;
        if self.store.engine_name() == "postgres" {
            Postgres::drop_database(&self.url).await.unwrap();
        }
    }
}

async fn open(url: &str) -> Store {
    Store::open(&StoreConfig { url: url.to_owned(), connections: 4 }).await.unwrap()
}

/// The files of a folder and their modules; those of a folder in it belong to the folder's module. Not this suite.
fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let module = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && module != "suite" {
            found.extend(sources(&path).into_iter().map(|(_, text)| (module.clone(), text)));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push((module, fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

#[test]
fn every_function_of_the_store_is_in_the_suite() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let suite: String = sources(&folder.join("suite")).into_iter().map(|(_, text)| text).collect();
    let mut functions = 0;
    let mut missing = Vec::new();
    for (module, text) in sources(&folder) {
        for after in text.split("pub async fn ").skip(1) {
            let name = after.split(['(', '<']).next().unwrap();
            functions += 1;
            let called = match module.as_str() {
                "engine" | "log" => {
                    suite.contains(&format!(".{name}(")) || suite.contains(&format!("::{name}("))
                }
                _ => suite.contains(&format!("{module}::{name}(")),
            };
            if !called {
                missing.push(format!("{module}::{name}"));
            }
        }
    }
    assert!(functions > 50, "only {functions} functions were found in {}", folder.display());
    assert!(missing.is_empty(), "without a test on both engines: {}", missing.join(", "));
}

fn user(n: u8) -> User {
    User {
        id: UserId::new(NOW + i64::from(n), [n; 10]),
        email: format!("mara{n}@example.com"),
        name: format!("Mara {n} {TRICKY}"),
        operator: n == 1,
        lang: "de".to_owned(),
        verified_at_ms: (n == 1).then_some(NOW),
        created_at_ms: NOW + i64::from(n),
    }
}

fn workspace(n: u8) -> Workspace {
    Workspace {
        id: WorkspaceId::new(NOW + i64::from(n), [n; 10]),
        name: format!("Workspace {n} {TRICKY}"),
        plan: Plan::Basic,
        operator_owned: n == 1,
        time_zone: "Europe/Berlin".to_owned(),
        created_at_ms: NOW + i64::from(n),
    }
}

fn agent(n: u8) -> Agent {
    Agent {
        id: AgentId::new(NOW + i64::from(n), [n; 10]),
        external_id: format!("finance-bot-{n:08x}"),
        gopi_id: format!("gopi_lch_{n:08x}"),
        name: format!("Bot {n}"),
        description: TRICKY.to_owned(),
        framework: Framework::LangChain,
        visibility: Visibility::Public,
        status: AgentStatus::Active,
        stats: PaymentStats::default(),
        created_at_ms: NOW + i64::from(n),
        version: 1,
    }
}

/// A payment of `agent`, the `n`th of them; every other one leaves its options out.
fn payment(workspace: &WorkspaceId, agent: &Agent, n: u16) -> NewPayment {
    let [high, low] = n.to_be_bytes();
    let at = NOW + i64::from(n);
    let full = n.is_multiple_of(2);
    NewPayment {
        workspace_id: workspace.clone(),
        payment: Payment {
            id: PaymentId::new(at, [0, 0, 0, 0, 0, 0, 0, 0, high, low]),
            agent_id: agent.id.clone(),
            agent_external_id: agent.external_id.clone(),
            direction: if full { Direction::Sent } else { Direction::Received },
            rail: Rail::Tracked,
            status: PaymentStatus::ALL[usize::from(n) % PaymentStatus::ALL.len()],
            amount: Amount {
                micros: model::MAX_MICROS - i64::from(n),
                currency: if full { Currency::EUR } else { "USDC".parse().unwrap() },
            },
            source: PaymentSource::AgentWallet,
            autonomous: full,
            self_payment: !full,
            counterparty: full.then(|| TRICKY.to_owned()),
            reference: full.then(|| format!("{TRICKY} {n}")),
            happened_at_ms: at - DAY_MS,
            due_at_ms: full.then_some(at),
            recorded_at_ms: at,
        },
        recorded_by: "key_1".to_owned(),
        via: "api_key".to_owned(),
        salt: "salt".to_owned(),
        leaf_hash: "leaf".to_owned(),
    }
}

fn certificate(n: u8, agent: &Agent) -> Certificate {
    Certificate {
        id: CertificateId::new(NOW + i64::from(n), [n; 10]),
        agent_id: agent.id.clone(),
        gopi_id: agent.gopi_id.clone(),
        score: 100 - n,
        grade: Grade::APlus,
        confidence: Confidence::High,
        n: 42,
        s: 0.1 + 0.2,
        f: f64::MIN_POSITIVE,
        bound: 12.345_678_901_234_567,
        ceiling: None,
        breakdown: vec![BreakdownLine { line: Line::Start, points: 57.1 + 0.2 }],
        algorithm: "trust-score/1".to_owned(),
        as_of_ms: NOW,
        digest: "d".repeat(64),
        self_issued: n == 1,
        credential: "a.b.c".to_owned(),
        issued_at_ms: NOW + i64::from(n),
        valid_until_ms: NOW + i64::from(n) * DAY_MS,
        superseded_at_ms: None,
        suspended_at_ms: None,
        revoked_at_ms: None,
        revoked_reason: None,
    }
}

/// The first active agents of a workspace, newest first.
async fn active(conn: &mut Conn, workspace: &WorkspaceId, limit: i64) -> Vec<Agent> {
    let query = AgentQuery {
        status: Some(AgentStatus::Active),
        framework: None,
        certified: None,
        now_ms: NOW,
        text: None,
        sort: AgentSort::Newest,
        after: None,
        limit,
    };
    agents::list_matching(conn, workspace, &query).await.unwrap()
}

/// Two workspaces, each with the agents that are named beside it.
async fn tenants(store: &Store, agents_of: [&[u8]; 2]) -> [Workspace; 2] {
    let both = [workspace(1), workspace(2)];
    let mut tx = store.begin().await.unwrap();
    for (workspace, numbers) in both.iter().zip(agents_of) {
        workspaces::insert(&mut tx, workspace).await.unwrap();
        for n in numbers {
            agents::insert(&mut tx, &workspace.id, &agent(*n)).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
    both
}
