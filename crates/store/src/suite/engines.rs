use super::{Database, active, agent, both_engines, open, payment, tenants, user};
use crate::{Error, Store, StoreConfig, agents, payments, settings, users};

both_engines! {
    async fn a_transaction_is_visible_before_it_is_durable(store: &Store) {
        let mut tx = store.begin().await.unwrap();
        settings::upsert(&mut tx, "name", "value").await.unwrap();
        let visible = tx.publish().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let found = settings::get(&mut conn, "name").await.unwrap();
        assert_eq!(found.as_deref(), Some("value"));
        // The next one does not wait for it.
        let mut tx = store.begin().await.unwrap();
        tx.settle().await.unwrap();
        settings::upsert(&mut tx, "name", "other").await.unwrap();
        tx.commit().await.unwrap();
        visible.durable().await.unwrap();
        store.check().await.unwrap();
    }

    async fn whoever_reads_very_much_sees_what_was_committed_and_keeps_nobody_waiting(store: &Store) {
        let mut bulk = store.read_bulk().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        settings::upsert(&mut tx, "name", "value").await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        for conn in [&mut bulk, &mut conn] {
            assert_eq!(settings::get(conn, "name").await.unwrap().as_deref(), Some("value"));
        }
        drop(bulk);
        store.read_bulk().await.unwrap();
    }

    async fn a_transaction_dropped_without_commit_leaves_nothing(store: &Store) {
        let [one, _] = tenants(store, [&[1], &[]]).await;
        let mut tx = store.begin().await.unwrap();
        users::insert(&mut tx, &user(1), "x").await.unwrap();
        payments::insert_all(&mut tx, &[payment(&one.id, &agent(1), 1)]).await.unwrap();
        agents::delete(&mut tx, &one.id, &agent(1).id, 0).await.unwrap();
        assert!(!users::none_exist(&mut tx).await.unwrap(), "it sees its own writes");
        drop(tx);
        // The next transaction of SQLite's only writer starts clean, too.
        let mut tx = store.begin().await.unwrap();
        assert!(users::none_exist(&mut tx).await.unwrap());
        assert!(payments::list(&mut tx, &one.id, &payments::Filter::default(), None, 9).await.unwrap().is_empty());
        assert_eq!(agents::count(&mut tx, &one.id).await.unwrap(), 1);
    }

    async fn what_is_gathered_is_sent_in_its_order_or_with_the_commit(store: &Store) {
        let [one, _] = tenants(store, [&[1], &[]]).await;
        let filter = payments::Filter::default();
        let rows: Vec<_> = (0..3).map(|n| payment(&one.id, &agent(1), n)).collect();
        let mut tx = store.begin().await.unwrap();
        tx.gather();
        payments::insert_all(&mut tx, &rows[..1]).await.unwrap();
        payments::insert_all(&mut tx, &rows[1..2]).await.unwrap();
        assert!(payments::list(&mut tx, &one.id, &filter, None, 9).await.unwrap().is_empty());
        tx.send().await.unwrap();
        assert_eq!(payments::list(&mut tx, &one.id, &filter, None, 9).await.unwrap().len(), 2);
        tx.send().await.unwrap();
        tx.gather();
        payments::insert_all(&mut tx, &rows[2..]).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        assert_eq!(payments::list(&mut conn, &one.id, &filter, None, 9).await.unwrap().len(), 3);

        let mut tx = store.begin().await.unwrap();
        tx.gather();
        payments::insert_all(&mut tx, &[payment(&one.id, &agent(1), 9)]).await.unwrap();
        payments::insert_all(&mut tx, &rows[..1]).await.unwrap();
        assert!(tx.commit().await.unwrap_err().is_unique_violation());
        assert_eq!(payments::list(&mut conn, &one.id, &filter, None, 9).await.unwrap().len(), 3, "all or nothing");
    }

    async fn readers_see_only_what_was_committed(store: &Store) {
        let mut conn = store.read().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        users::insert(&mut tx, &user(1), "x").await.unwrap();
        assert!(users::none_exist(&mut conn).await.unwrap());
        tx.commit().await.unwrap();
        assert!(!users::none_exist(&mut conn).await.unwrap());
    }

    async fn a_failed_statement_does_not_spoil_the_connection(store: &Store) {
        let mut tx = store.begin().await.unwrap();
        users::insert(&mut tx, &user(1), "x").await.unwrap();
        users::insert(&mut tx, &user(1), "x").await.unwrap_err();
        drop(tx);
        for n in 1..=8 {
            let mut tx = store.begin().await.unwrap();
            users::insert(&mut tx, &user(n), "x").await.unwrap();
            tx.commit().await.unwrap();
        }
        let mut conn = store.read().await.unwrap();
        assert_eq!(users::get(&mut conn, &user(8).id).await.unwrap(), Some(user(8)));
    }

    async fn writers_of_one_agent_wait_for_each_other(store: &Store) {
        let [one, _] = tenants(store, [&[1], &[]]).await;
        let stats = model::PaymentStats { total: 1, ..model::PaymentStats::default() };
        let writers: Vec<_> = (0..20)
            .map(|_| {
                let (store, of) = (store.clone(), one.id.clone());
                tokio::spawn(async move {
                    let mut tx = store.begin().await.unwrap();
                    agents::add_stats(&mut tx, &[(&of, &agent(1).id, stats)]).await.unwrap();
                    tx.commit().await.unwrap();
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        let mut conn = store.read().await.unwrap();
        assert_eq!(active(&mut conn, &one.id, 1).await[0].stats.total, 20);
    }
}

async fn opening_again_keeps_everything(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    users::insert(&mut tx, &user(1), "x").await.unwrap();
    tx.commit().await.unwrap();
    database.store.close().await;
    let again = open(&database.url).await;
    let mut conn = again.read().await.unwrap();
    assert_eq!(users::get(&mut conn, &user(1).id).await.unwrap(), Some(user(1)));
    drop(conn);
    again.close().await;
    database.drop().await;
}

#[tokio::test]
async fn opening_again_keeps_everything_on_sqlite() {
    opening_again_keeps_everything(Database::sqlite().await).await;
}

#[tokio::test]
async fn opening_again_keeps_everything_on_postgres() {
    opening_again_keeps_everything(Database::postgres().await).await;
}

#[tokio::test]
async fn postgres_without_the_tls_that_is_asked_for_is_refused_with_what_can_be_asked_for() {
    let database = Database::postgres().await;
    for mode in ["verify-full", "verify-ca", "require"] {
        let url = format!("{}?sslmode={mode}", database.url);
        let error = Store::open(&StoreConfig { url, connections: 1 }).await.unwrap_err();
        assert!(matches!(error, Error::Tls { .. }), "{error}");
        let told = error.to_string();
        for known in ["127.0.0.1", "verify-full", "verify-ca", "require", "prefer", "disable"] {
            assert!(told.contains(known), "{known}: {told}");
        }
    }
    database.drop().await;
}

#[tokio::test]
async fn a_url_of_neither_engine_is_refused_without_showing_its_password() {
    let url = "mysql://root:secret@localhost/surety".to_owned();
    let error = Store::open(&StoreConfig { url, connections: 1 }).await.unwrap_err();
    assert!(matches!(error, Error::Url(_)));
    assert_eq!(
        error.to_string(),
        r#""mysql" is not a database URL; it begins with sqlite:// or postgres://"#
    );
}
