use model::{AuditId, EventId, WorkspaceId};

use super::{NOW, TRICKY, both_engines, workspace};
use crate::audit::AuditEntry;
use crate::idempotency::Remembered;
use crate::outbox::Event;
use crate::{Error, Store, audit, idempotency, outbox};

fn entry(of: &WorkspaceId, n: u8) -> AuditEntry {
    AuditEntry {
        id: AuditId::new(NOW + i64::from(n), [n; 10]),
        workspace_id: of.clone(),
        actor: "usr_1".to_owned(),
        via: "session".to_owned(),
        action: "agent.created".to_owned(),
        subject: "agt_1".to_owned(),
        detail: format!("{{\"name\":{TRICKY:?}}}"),
        at_ms: NOW,
        salt: "00ff".to_owned(),
        leaf_hash: "ab".repeat(32),
        commitment: None,
    }
}

fn event(of: &WorkspaceId, n: u16) -> Event {
    let [high, low] = n.to_be_bytes();
    Event {
        id: EventId::new(NOW, [high, low, 0, 0, 0, 0, 0, 0, 0, 0]),
        workspace_id: of.clone(),
        kind: "payment.recorded".to_owned(),
        subject: TRICKY.to_owned(),
        payload: n.is_multiple_of(2).then(|| format!("{{\"a\":{TRICKY:?}}}")),
        created_at_ms: NOW,
    }
}

fn remembered(of: &WorkspaceId, key: &str, outcome: &str, at: i64) -> Remembered {
    Remembered {
        workspace_id: of.clone(),
        scope: "POST /v1/payment-events".to_owned(),
        key: key.to_owned(),
        request_hash: format!("hash of {outcome}"),
        outcome: outcome.to_owned(),
        created_at_ms: at,
    }
}

both_engines! {
    async fn audit_entries_are_listed_newest_first_in_their_workspace(store: &Store) {
        let (one, two) = (workspace(1).id, workspace(2).id);
        let mut tx = store.begin().await.unwrap();
        for n in 1..=3 {
            audit::insert(&mut tx, &entry(&one, n)).await.unwrap();
        }
        audit::insert(&mut tx, &entry(&two, 4)).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let listed = audit::list(&mut conn, &one, 2).await.unwrap();
        assert_eq!(listed, [entry(&one, 3), entry(&one, 2)]);
        assert_eq!(audit::list(&mut conn, &two, 9).await.unwrap(), [entry(&two, 4)]);
        let mut tx = store.begin().await.unwrap();
        let again = audit::insert(&mut tx, &entry(&one, 1)).await;
        assert!(again.unwrap_err().is_unique_violation());
    }

    async fn a_thousand_events_go_out_with_and_without_payload(store: &Store) {
        let (one, two) = (workspace(1).id, workspace(2).id);
        let events: Vec<_> = (0..1_000).map(|n| event(&one, n)).collect();
        let mut tx = store.begin().await.unwrap();
        outbox::insert_all(&mut tx, &events).await.unwrap();
        outbox::insert_all(&mut tx, &[event(&two, 5)]).await.unwrap();
        outbox::insert_all(&mut tx, &[]).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let listed = outbox::list(&mut conn, &one, 5_000).await.unwrap();
        assert!(listed.iter().eq(events.iter().rev()), "{} events, newest first", listed.len());
        let newest = outbox::list(&mut conn, &one, 1).await.unwrap();
        assert_eq!(newest, [event(&one, 999)]);
        assert_eq!(outbox::list(&mut conn, &two, 9).await.unwrap(), [event(&two, 5)]);
    }

    async fn an_outcome_is_remembered_within_its_window_and_workspace(store: &Store) {
        let (one, two) = (workspace(1).id, workspace(2).id);
        let since = NOW - 1_000;
        let first = remembered(&one, TRICKY, "pay_1", NOW);
        let mut tx = store.begin().await.unwrap();
        let other = remembered(&one, "other", "pay_2", NOW - 2_000);
        let rows = [first.clone(), other.clone()];
        idempotency::insert_all(&mut tx, &rows, since).await.unwrap();
        idempotency::insert_all(&mut tx, &[], since).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let scope = first.scope.as_str();
        let get = async |conn: &mut crate::Conn, of, scope, key, since| {
            idempotency::get(conn, of, scope, key, since).await.unwrap()
        };
        assert_eq!(get(&mut conn, &one, scope, TRICKY, NOW).await, Some(first.clone()));
        assert_eq!(get(&mut conn, &one, scope, TRICKY, NOW + 1).await, None, "too old");
        assert_eq!(get(&mut conn, &two, scope, TRICKY, NOW).await, None, "another workspace");
        assert_eq!(get(&mut conn, &one, "POST /v1/agents", TRICKY, NOW).await, None);
        let keys = [(&one, scope, TRICKY), (&one, scope, "other"), (&two, scope, TRICKY), (&one, scope, "no")];
        assert_eq!(idempotency::list(&mut conn, &keys, since).await.unwrap(), std::slice::from_ref(&first));
        let mut all = idempotency::list(&mut conn, &keys, since - 2_000).await.unwrap();
        all.sort_by(|a, b| a.outcome.cmp(&b.outcome));
        assert_eq!(all, [first, other]);
        assert!(idempotency::list(&mut conn, &[], since).await.unwrap().is_empty());
    }

    async fn an_old_key_is_taken_over_and_a_young_one_refused(store: &Store) {
        let one = workspace(1).id;
        let (young, old) = (remembered(&one, "young", "1", NOW), remembered(&one, "old", "1", NOW - 2_000));
        let mut tx = store.begin().await.unwrap();
        idempotency::insert_all(&mut tx, &[young.clone(), old], 0).await.unwrap();
        let again = [
            remembered(&one, "young", "2", NOW + 1),
            remembered(&one, "old", "2", NOW + 1),
            remembered(&one, "new", "2", NOW + 1),
        ];
        let overtaken = idempotency::insert_all(&mut tx, &again, NOW - 1_000).await.unwrap_err();
        assert!(matches!(overtaken, Error::Overtaken) && overtaken.is_retryable(), "by the young one");
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        for (key, expected) in [("young", &young), ("old", &again[1]), ("new", &again[2])] {
            let found = idempotency::get(&mut conn, &one, &young.scope, key, 0).await.unwrap();
            assert_eq!(found.as_ref(), Some(expected), "{key}");
        }
        let mut tx = store.begin().await.unwrap();
        assert_eq!(idempotency::delete_before(&mut tx, NOW).await.unwrap(), 0);
        assert_eq!(idempotency::delete_before(&mut tx, NOW + 1).await.unwrap(), 1);
        tx.commit().await.unwrap();
        let gone = idempotency::get(&mut conn, &one, &young.scope, "young", 0).await.unwrap();
        assert_eq!(gone, None);
    }
}
