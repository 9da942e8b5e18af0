use std::collections::{BTreeMap, BTreeSet};

use model::{AuditId, UserId, WorkspaceId};
use sqlx::Connection;

use super::{Database, NOW, both_engines, user, workspace};
use crate::audit::Erased;
use crate::engine::Engine;
use crate::holdings::{Holder, Kind, Reach, Record, TABLES, Table, Value};
use crate::{Conn, Store, audit, holdings};

/// Tables that hold nothing of an account.
const OF_THE_INSTANCE: [&str; 7] = [
    "_sqlx_migrations",
    "settings",
    "signing_keys",
    "jobs",
    "erasures",
    "login_failures",
    // Of an address that mostly has no account; the end of one takes those of its address along.
    "registrations",
];

/// Every table with its columns, as the database has them.
async fn schema(conn: &mut Conn) -> BTreeMap<String, BTreeSet<String>> {
    let rows: Vec<(String, String)> = match conn.engine() {
        Engine::Sqlite(c) => sqlx::query_as(
            "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'",
        )
        .fetch_all(c)
        .await
        .unwrap(),
        Engine::Postgres(c) => sqlx::query_as(
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns
             WHERE table_schema = 'public'",
        )
        .fetch_all(c)
        .await
        .unwrap(),
    };
    let mut tables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (table, column) in rows {
        tables.entry(table).or_default().insert(column);
    }
    tables
}

/// A person with a word that stands in every text of theirs.
struct Someone {
    user: UserId,
    workspace: WorkspaceId,
    word: &'static str,
}

fn someone(n: u8, word: &'static str) -> Someone {
    Someone { user: user(n).id, workspace: workspace(n).id, word }
}

impl Someone {
    fn holder(&self) -> Holder<'_> {
        Holder { workspace: &self.workspace, user: &self.user }
    }

    /// A row with something in every column.
    fn row(&self, table: &Table) -> Record {
        let value = |name: &str, kind: Kind| match (table.name, name, kind) {
            ("users", "id", _) | (_, "user_id", _) => Value::Text(Some(self.user.to_string())),
            ("workspaces", "id", _) | (_, "workspace_id", _) => {
                Value::Text(Some(self.workspace.to_string()))
            }
            ("audit", "commitment", _) => Value::Text(None),
            // What stays of an entry says nothing of the person.
            ("audit", "id", _) => Value::Text(Some(format!("aud_{}", self.workspace))),
            ("audit", "via" | "action" | "noun" | "leaf_hash", _) => {
                Value::Text(Some(format!("{}.{name}", self.workspace)))
            }
            (_, _, Kind::Text) => Value::Text(Some(self.text(table, name))),
            (_, _, Kind::Json) => {
                Value::Text(Some(format!("{{\"a\":{:?}}}", self.text(table, name))))
            }
            (_, _, Kind::Int) => Value::Int(Some(7)),
            (_, _, Kind::Real) => Value::Real(Some(0.1 + 0.2)),
            (_, _, Kind::Flag) => Value::Flag(Some(true)),
        };
        let columns = table.columns.iter();
        Record(columns.map(|column| (column, value(column.name, column.kind))).collect())
    }

    /// With an end, so that no column's text stands in another one's.
    fn text(&self, table: &Table, column: &str) -> String {
        format!("{} {}.{column}.", self.word, table.name)
    }

    async fn fill(&self, store: &Store) {
        let mut tx = store.begin().await.unwrap();
        for table in TABLES {
            holdings::insert(&mut tx, table, &self.row(table)).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    async fn erase(&self, store: &Store) {
        let mut tx = store.begin().await.unwrap();
        assert!(holdings::delete(&mut tx, self.holder()).await.unwrap() > 20);
        let entries = audit::list_personal(&mut tx, &self.workspace, "", 9).await.unwrap();
        assert_eq!(entries.len(), 1);
        // As after the end of somebody else's account, who acted here: what was done still tells of this one.
        let mut erased = Erased {
            workspace_id: self.workspace.clone(),
            id: entries[0].id.clone(),
            actor: "erased_1".to_owned(),
            subject: "erased_2".to_owned(),
            detail: r#"{"name":"Halden"}"#.to_owned(),
            commitment: "c".to_owned(),
        };
        audit::update_erased(&mut tx, std::slice::from_ref(&erased)).await.unwrap();
        assert_eq!(audit::list_personal(&mut tx, &self.workspace, "", 9).await.unwrap().len(), 1);
        erased.detail = "{}".to_owned();
        audit::update_erased(&mut tx, &[erased]).await.unwrap();
        assert!(audit::list_personal(&mut tx, &self.workspace, "", 9).await.unwrap().is_empty());
        tx.commit().await.unwrap();
    }
}

both_engines! {
    async fn every_table_and_column_of_an_account_is_known_to_its_export_and_its_end(store: &Store) {
        let found = schema(&mut store.read().await.unwrap()).await;
        let known: BTreeMap<_, BTreeSet<_>> = TABLES
            .iter()
            .map(|table| {
                let columns = table.columns.iter().map(|column| column.name.to_owned());
                (table.name.to_owned(), columns.collect())
            })
            .collect();
        for (table, columns) in &found {
            if OF_THE_INSTANCE.contains(&table.as_str()) {
                continue;
            }
            let known = known.get(table).unwrap_or_else(|| {
                panic!("{table} is neither in the export and the end of an account nor a table of the instance")
            });
            let missing: Vec<_> = columns.symmetric_difference(known).collect();
            assert!(missing.is_empty(), "columns of {table}: {missing:?}");
        }
        let gone: Vec<_> = known.keys().filter(|table| !found.contains_key(*table)).collect();
        assert!(gone.is_empty(), "{gone:?}");
    }

    async fn every_row_of_an_account_comes_out_and_nothing_of_it_stays(store: &Store) {
        let (one, two) = (someone(1, "Quetzalcoatl"), someone(2, "Huitzilopochtli"));
        one.fill(store).await;
        two.fill(store).await;
        let mut conn = store.read().await.unwrap();
        for table in TABLES {
            let rows = holdings::list(&mut conn, table, one.holder(), None, 9).await.unwrap();
            assert_eq!(rows.len(), 1, "{}", table.name);
            let after = holdings::list(&mut conn, table, one.holder(), rows.first(), 9).await.unwrap();
            assert!(after.is_empty(), "{}: {after:?}", table.name);
            let json: String = [Reach::Portable, Reach::Here]
                .map(|reach| serde_json::to_string(&rows[0].reaching(reach)).unwrap())
                .concat();
            for (column, value) in one.row(table).0 {
                let Value::Text(Some(text)) = value else { continue };
                let there = json.contains(&text.replace('"', "\\\"")) || json.contains(&text);
                assert_eq!(there, column.reach != Reach::Never, "{}.{}: {json}", table.name, column.name);
            }
            assert!(!json.contains(two.word), "{}", table.name);
        }
        drop(conn);
        one.erase(store).await;
        let mut conn = store.read().await.unwrap();
        for table in TABLES.iter().filter(|table| table.name != "audit") {
            let left = holdings::count(&mut conn, table, one.holder()).await.unwrap();
            assert_eq!(left, 0, "{} still has rows of an erased account", table.name);
            let others = holdings::count(&mut conn, table, two.holder()).await.unwrap();
            assert_eq!(others, 1, "{} lost rows of another account", table.name);
        }
        let entry = one.row(TABLES.last().unwrap());
        let id = AuditId::from_stored(entry.text("id").to_owned());
        let left = audit::get(&mut conn, &one.workspace, &id).await.unwrap().unwrap();
        assert_eq!((left.actor.as_str(), left.salt.as_str(), left.detail.as_str()), ("erased_1", "", "{}"));
        assert_eq!(left.leaf_hash, entry.text("leaf_hash"));
        assert_eq!(left.commitment.as_deref(), Some("c"));
        drop(conn);
        let mut tx = store.begin().await.unwrap();
        holdings::delete_audit(&mut tx, &one.workspace).await.unwrap();
        assert!(audit::list(&mut tx, &one.workspace, 9).await.unwrap().is_empty());
        assert_eq!(audit::list(&mut tx, &two.workspace, 9).await.unwrap().len(), 1);
        tx.commit().await.unwrap();
    }

    async fn what_came_out_goes_in_again_as_it_was(store: &Store) {
        let one = someone(1, "Quetzalcoatl");
        one.fill(store).await;
        let mut tx = store.begin().await.unwrap();
        let mut rows = Vec::new();
        for table in TABLES {
            rows.push(holdings::list(&mut tx, table, one.holder(), None, 9).await.unwrap());
        }
        holdings::delete(&mut tx, one.holder()).await.unwrap();
        holdings::delete_audit(&mut tx, &one.workspace).await.unwrap();
        for table in TABLES {
            holdings::insert(&mut tx, table, &one.row(table)).await.unwrap();
        }
        for (table, before) in TABLES.iter().zip(rows) {
            let after = holdings::list(&mut tx, table, one.holder(), None, 9).await.unwrap();
            assert_eq!(after, before, "{}", table.name);
        }
        tx.commit().await.unwrap();
    }

    async fn pages_go_on_where_the_last_one_ended(store: &Store) {
        let one = someone(1, "Quetzalcoatl");
        one.fill(store).await;
        let table = TABLES.iter().find(|table| table.name == "evidence").unwrap();
        let mut tx = store.begin().await.unwrap();
        for day in 0..25 {
            let mut row = one.row(table);
            for (column, value) in &mut row.0 {
                if column.name == "event_day" {
                    *value = Value::Int(Some(100 - day));
                }
            }
            holdings::insert(&mut tx, table, &row).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = holdings::list(&mut conn, table, one.holder(), after.as_ref(), 4).await.unwrap();
            if page.is_empty() {
                break;
            }
            seen.extend(page.iter().map(|row| row.int("event_day")));
            after = page.last().cloned();
        }
        let expected: Vec<_> = std::iter::once(7).chain(76..=100).collect();
        assert_eq!(seen, expected);
    }

    async fn large_tables_are_emptied_step_by_step(store: &Store) {
        let (one, two) = (someone(1, "Quetzalcoatl"), someone(2, "Huitzilopochtli"));
        one.fill(store).await;
        two.fill(store).await;
        let mut tx = store.begin().await.unwrap();
        let mut steps = Vec::new();
        while steps.last() != Some(&0) {
            steps.push(holdings::delete_some(&mut tx, one.holder(), 5).await.unwrap());
        }
        assert_eq!(steps, [5, 5, 4, 0]);
        for (table, left) in [("payments", 0), ("webhook_attempts", 0), ("agents", 1), ("users", 1)] {
            let table = TABLES.iter().find(|t| t.name == table).unwrap();
            assert_eq!(holdings::count(&mut tx, table, one.holder()).await.unwrap(), left, "{}", table.name);
            assert_eq!(holdings::count(&mut tx, table, two.holder()).await.unwrap(), 1, "{}", table.name);
        }
    }

    async fn a_queue_is_made_for_each_endpoint_once(store: &Store) {
        let one = someone(1, "Quetzalcoatl");
        one.fill(store).await;
        let mut tx = store.begin().await.unwrap();
        for _ in 0..2 {
            holdings::insert_queues(&mut tx, &one.workspace).await.unwrap();
        }
        let table = TABLES.iter().find(|table| table.name == "webhook_queues").unwrap();
        // One of the fixture's own, of an endpoint that is not there.
        assert_eq!(holdings::count(&mut tx, table, one.holder()).await.unwrap(), 2);
    }

    async fn who_acted_elsewhere_is_found_there(store: &Store) {
        let (one, two) = (someone(1, "Quetzalcoatl"), someone(2, "Huitzilopochtli"));
        two.fill(store).await;
        let mut tx = store.begin().await.unwrap();
        let actor = two.text(TABLES.last().unwrap(), "actor");
        let found = audit::list_by_actor_elsewhere(&mut tx, &one.workspace, &actor, 9).await.unwrap();
        assert_eq!(found.len(), 1);
        let own = audit::list_by_actor_elsewhere(&mut tx, &two.workspace, &actor, 9).await.unwrap();
        assert!(own.is_empty());
        let table = TABLES.iter().find(|table| table.name == "payment_amendments").unwrap();
        let by = two.text(table, "amended_by");
        let names = (by.as_str(), "erased_9");
        let changed = crate::amendments::update_actor_elsewhere(&mut tx, &two.workspace, names).await.unwrap();
        assert_eq!(changed, 0, "their own ones go with them");
        let changed = crate::amendments::update_actor_elsewhere(&mut tx, &one.workspace, names).await.unwrap();
        assert_eq!(changed, 1);
        // `at_ms` of the fixture is 7.
        assert_eq!(audit::delete_before(&mut tx, 7, 9).await.unwrap(), 0);
        assert_eq!(audit::delete_before(&mut tx, NOW, 9).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn the_whole_file_holds_nothing_of_an_erased_account() {
    let database = Database::sqlite().await;
    let (one, two) = (someone(1, "Quetzalcoatl"), someone(2, "Huitzilopochtli"));
    one.fill(&database.store).await;
    two.fill(&database.store).await;
    one.erase(&database.store).await;
    database.store.close().await;
    let mut conn = sqlx::SqliteConnection::connect(&database.url).await.unwrap();
    sqlx::query("VACUUM").execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    let file = std::fs::read(database.url.strip_prefix("sqlite://").unwrap()).unwrap();
    let holds = |word: &str| file.windows(word.len()).any(|part| part == word.as_bytes());
    assert!(holds(two.word), "the search finds what is there");
    assert!(!holds(one.word), "something of an erased account is left in the file");
}
