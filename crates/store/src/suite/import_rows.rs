use model::ImportId;

use super::{NOW, TRICKY, agent, both_engines, tenants};
use crate::imports::{Content, Import, StagedRow, State};
use crate::{Store, imports};

fn import(n: u8, workspace: &model::WorkspaceId, of: u8) -> Import {
    Import {
        id: ImportId::new(NOW + i64::from(n), [n; 10]),
        workspace_id: workspace.clone(),
        agent_id: agent(of).id,
        agent_external_id: agent(of).external_id,
        recorded_by: "key_1".to_owned(),
        via: "api_key".to_owned(),
        state: State::Staging,
        file_hash: String::new(),
        row_count: 0,
        done_count: 0,
        imported: 0,
        skipped: 0,
        counted: 0,
        idempotency: None,
        created_at_ms: NOW,
        touched_at_ms: NOW,
    }
}

fn row(line: i64, reference: Option<&str>, content: &str) -> StagedRow {
    StagedRow {
        line,
        reference: reference.map(str::to_owned),
        content: content.to_owned(),
        payment: TRICKY.to_owned(),
    }
}

both_engines! {
    async fn an_import_is_staged_decided_and_published(store: &Store) {
        let [one, two] = tenants(store, [&[1, 2], &[3]]).await;
        let mut a = import(1, &one.id, 1);
        let mut tx = store.begin().await.unwrap();
        imports::insert(&mut tx, &a).await.unwrap();
        let rows = [row(2, Some("x"), "c1"), row(3, Some("x"), "c2"), row(4, None, "c1"), row(5, Some("y"), "c1")];
        assert!(imports::insert_rows(&mut tx, &one.id, &a.id, &rows, NOW + 5).await.unwrap());
        tx.commit().await.unwrap();

        let mut tx = store.begin().await.unwrap();
        let error = imports::insert(&mut tx, &import(2, &one.id, 1)).await.unwrap_err();
        assert!(error.is_unique_violation(), "one at a time: {error}");
        drop(tx);
        let mut tx = store.begin().await.unwrap();
        imports::insert(&mut tx, &import(3, &one.id, 2)).await.unwrap();
        imports::insert(&mut tx, &import(4, &two.id, 3)).await.unwrap();
        assert!(imports::lock(&mut tx, &one.id, &a.id).await.unwrap().is_none(), "not decided yet");
        let decided = imports::update_publishing(&mut tx, &one.id, &a.id, ("hash", Some("{}")), NOW + 6).await;
        assert!(decided.unwrap());
        let decided = imports::update_publishing(&mut tx, &one.id, &a.id, ("hash", None), NOW + 7).await;
        assert!(!decided.unwrap(), "once");
        assert!(!imports::insert_rows(&mut tx, &one.id, &a.id, &[], NOW).await.unwrap());
        imports::delete(&mut tx, &one.id, &a.id).await.unwrap();
        tx.commit().await.unwrap();

        let mut conn = store.read().await.unwrap();
        let clashes = imports::list_clashes(&mut conn, &one.id, &a.id, 9).await.unwrap();
        assert_eq!(clashes, [(3, "x".to_owned())]);
        a = Import {
            state: State::Publishing,
            file_hash: "hash".to_owned(),
            idempotency: Some("{}".to_owned()),
            row_count: 4,
            touched_at_ms: NOW + 6,
            ..a
        };
        let running = imports::get_running(&mut conn, &one.id, &a.agent_id).await.unwrap();
        assert_eq!(running, Some(a.clone()));
        let stalled = imports::list_stalled(&mut conn, NOW + 1, 9).await.unwrap();
        assert_eq!(stalled.len(), 2, "two were not touched since");
        assert_eq!(imports::list_rows(&mut conn, &one.id, &a.id, 2).await.unwrap(), rows[..2]);

        let mut tx = store.begin().await.unwrap();
        assert_eq!(imports::lock(&mut tx, &one.id, &a.id).await.unwrap(), Some(a.clone()));
        imports::delete_rows(&mut tx, &one.id, &a.id, 4).await.unwrap();
        a.done_count = 3;
        imports::update_progress(&mut tx, &a).await.unwrap();
        assert_eq!(imports::list_rows(&mut tx, &one.id, &a.id, 9).await.unwrap(), rows[3..]);
        a.state = State::Done;
        imports::update_progress(&mut tx, &a).await.unwrap();
        assert_eq!(imports::lock(&mut tx, &one.id, &a.id).await.unwrap(), Some(a.clone()));
        assert!(imports::get_running(&mut tx, &one.id, &a.agent_id).await.unwrap().is_none());
        imports::insert(&mut tx, &import(5, &one.id, 1)).await.unwrap();
        imports::delete(&mut tx, &one.id, &import(5, &one.id, 1).id).await.unwrap();
        assert!(imports::get_running(&mut tx, &one.id, &a.agent_id).await.unwrap().is_none());
        tx.commit().await.unwrap();
    }

    async fn contents_are_counted_for_each_agent(store: &Store) {
        let [one, _] = tenants(store, [&[1, 2], &[]]).await;
        let content = |name: &str, imported| Content {
            content: name.to_owned(), imported, import_id: "imp_1".to_owned(), met: 1,
        };
        let mut tx = store.begin().await.unwrap();
        let (a, b) = (agent(1).id, agent(2).id);
        imports::upsert_contents(&mut tx, &one.id, &a, &[content("c1", 1), content("c2", 1)]).await.unwrap();
        imports::upsert_contents(&mut tx, &one.id, &a, &[content("c1", 4)]).await.unwrap();
        imports::upsert_contents(&mut tx, &one.id, &b, &[]).await.unwrap();
        let found = imports::list_contents(&mut tx, &one.id, &a, &["c1", "c3"]).await.unwrap();
        assert_eq!(found, [content("c1", 4)]);
        assert!(imports::list_contents(&mut tx, &one.id, &b, &["c1"]).await.unwrap().is_empty());
        tx.commit().await.unwrap();
    }
}
