use model::{
    ApiKey, ApiKeyId, Permission, Permissions, Plan, Role, SigningKeyId, UserId, WorkspaceId,
};

use super::{Database, NOW, TRICKY, agent, both_engines, open, tenants, user, workspace};
use crate::engine::on_db;
use crate::sealed::Place;
use crate::sessions::Session;
use crate::signing_keys::SigningKey;
use crate::{Store, Tx, api_keys, sealed, sessions, settings, signing_keys, users, workspaces};

pub(super) fn key(n: u8) -> ApiKey {
    ApiKey {
        id: ApiKeyId::new(NOW + i64::from(n), [n; 10]),
        family_id: ApiKeyId::new(NOW, [7; 10]),
        name: TRICKY.to_owned(),
        hint: "gopi_sk_4fQ9".to_owned(),
        permissions: [Permission::Read, Permission::Manage].into_iter().collect(),
        agent_id: (n == 3).then(|| agent(1).id),
        allowed_ips: if n == 3 {
            vec!["203.0.113.0/24".to_owned(), "2001:db8::/32".to_owned()]
        } else {
            Vec::new()
        },
        created_at_ms: NOW,
        expires_at_ms: (n == 2).then_some(NOW + 1_000),
        last_used_at_ms: None,
        last_used_ip: None,
        replaced_by: None,
        revoked_at_ms: None,
    }
}

fn session(id: &str, user: Option<UserId>, workspace: Option<WorkspaceId>) -> Session {
    Session {
        id_hash: id.to_owned(),
        kind: "browser".to_owned(),
        user_id: user,
        workspace_id: workspace,
        data: TRICKY.to_owned(),
        created_at_ms: NOW,
        last_seen_at_ms: NOW,
        expires_at_ms: NOW + 1_000,
        device: String::new(),
        network: String::new(),
    }
}

both_engines! {
    async fn users_read_back_and_an_address_is_taken_once(store: &Store) {
        let mut conn = store.read().await.unwrap();
        assert!(users::none_exist(&mut conn).await.unwrap());
        let mut tx = store.begin().await.unwrap();
        users::insert(&mut tx, &user(1), "$argon2id$hash").await.unwrap();
        users::insert(&mut tx, &user(2), "other").await.unwrap();
        tx.commit().await.unwrap();
        assert!(!users::none_exist(&mut conn).await.unwrap());
        assert_eq!(users::count_others(&mut conn, &user(1).id).await.unwrap(), (1, 0));
        assert_eq!(users::count_others(&mut conn, &user(2).id).await.unwrap(), (1, 1));
        assert_eq!(users::get(&mut conn, &user(1).id).await.unwrap(), Some(user(1)));
        assert_eq!(users::get(&mut conn, &user(3).id).await.unwrap(), None);
        let found = users::get_by_email(&mut conn, "mara1@example.com").await.unwrap().unwrap();
        assert_eq!((found.user, found.password_hash.as_str()), (user(1), "$argon2id$hash"));
        assert!(users::get_by_email(&mut conn, "nobody@example.com").await.unwrap().is_none());

        let mut tx = store.begin().await.unwrap();
        let mut second = user(3);
        second.email = user(1).email;
        let error = users::insert(&mut tx, &second, "x").await.unwrap_err();
        assert!(error.is_unique_violation() && !error.is_retryable(), "{error}");
    }

    async fn workspaces_have_members_and_a_plan(store: &Store) {
        let [one, two] = tenants(store, [&[], &[]]).await;
        let mut tx = store.begin().await.unwrap();
        users::insert(&mut tx, &user(1), "x").await.unwrap();
        users::insert(&mut tx, &user(2), "x").await.unwrap();
        let mut join = async |workspace, role, at| {
            workspaces::insert_member(&mut tx, workspace, &user(1).id, role, at).await
        };
        join(&two.id, Role::Owner, NOW).await.unwrap();
        join(&one.id, Role::Member, NOW + 1).await.unwrap();
        tx.commit().await.unwrap();

        let mut conn = store.read().await.unwrap();
        assert_eq!(workspaces::get(&mut conn, &one.id).await.unwrap(), Some(one.clone()));
        assert_eq!(workspaces::get(&mut conn, &workspace(9).id).await.unwrap(), None);
        let member = workspaces::get_member(&mut conn, &one.id, &user(1).id).await.unwrap();
        let member = member.unwrap();
        assert_eq!((member.user, member.workspace, member.role), (user(1), one.clone(), Role::Member));
        let stranger = workspaces::get_member(&mut conn, &one.id, &user(2).id).await.unwrap();
        assert!(stranger.is_none());
        let joined = workspaces::list_of_user(&mut conn, &user(1).id).await.unwrap();
        assert_eq!(joined, [two.clone(), one.clone()], "the one joined first comes first");
        assert!(workspaces::list_of_user(&mut conn, &user(2).id).await.unwrap().is_empty());

        let mut tx = store.begin().await.unwrap();
        assert!(workspaces::update_plan(&mut tx, &one.id, Plan::Professional).await.unwrap());
        assert!(!workspaces::update_plan(&mut tx, &workspace(9).id, Plan::Free).await.unwrap());
        tx.commit().await.unwrap();
        let plan = async |conn: &mut crate::Conn, id| workspaces::get(conn, id).await.unwrap().unwrap().plan;
        assert_eq!(plan(&mut conn, &one.id).await, Plan::Professional);
        assert_eq!(plan(&mut conn, &two.id).await, Plan::Basic);

        let mut tx = store.begin().await.unwrap();
        let again = workspaces::insert_member(&mut tx, &one.id, &user(1).id, Role::Owner, NOW).await;
        assert!(again.unwrap_err().is_unique_violation());
        drop(tx);
        let mut tx = store.begin().await.unwrap();
        let nobody = workspaces::insert_member(&mut tx, &one.id, &user(9).id, Role::Owner, NOW).await;
        assert!(nobody.is_err(), "foreign keys hold");
    }

    async fn sessions_are_inserted_renewed_and_end(store: &Store) {
        let [one, _] = tenants(store, [&[], &[]]).await;
        let mut tx = store.begin().await.unwrap();
        users::insert(&mut tx, &user(1), "x").await.unwrap();
        let guest = session("a", None, None);
        assert!(sessions::insert(&mut tx, &guest).await.unwrap());
        let taken = session("a", Some(user(1).id), None);
        assert!(!sessions::insert(&mut tx, &taken).await.unwrap());
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        assert_eq!(sessions::get(&mut conn, "a", NOW).await.unwrap(), Some(guest));
        assert_eq!(sessions::get(&mut conn, "b", NOW).await.unwrap(), None);

        let mut signed_in = session("a", Some(user(1).id), Some(one.id));
        signed_in.kind = "token".to_owned();
        signed_in.data = "more".to_owned();
        signed_in.created_at_ms = NOW + 500;
        signed_in.last_seen_at_ms = NOW + 500;
        signed_in.expires_at_ms = NOW + 2_000;
        let mut tx = store.begin().await.unwrap();
        assert!(sessions::update(&mut tx, &signed_in, 10_000).await.unwrap());
        let gone = session("c", None, None);
        assert!(!sessions::update(&mut tx, &gone, 10_000).await.unwrap(), "ended ones stay ended");
        assert!(sessions::insert(&mut tx, &gone).await.unwrap());
        tx.commit().await.unwrap();
        let kept = Session { kind: "browser".to_owned(), created_at_ms: NOW, ..signed_in };
        assert_eq!(sessions::get(&mut conn, "a", NOW + 1_999).await.unwrap(), Some(kept));
        assert_eq!(sessions::get(&mut conn, "a", NOW + 2_000).await.unwrap(), None, "ended");
        assert!(sessions::get(&mut conn, "c", NOW).await.unwrap().is_some());

        let mut tx = store.begin().await.unwrap();
        assert_eq!(sessions::delete_expired(&mut tx, NOW + 999).await.unwrap(), 0);
        assert_eq!(sessions::delete_expired(&mut tx, NOW + 1_000).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert!(sessions::get(&mut conn, "c", NOW).await.unwrap().is_none());
        let mut tx = store.begin().await.unwrap();
        sessions::delete(&mut tx, "a").await.unwrap();
        sessions::delete(&mut tx, "a").await.unwrap();
        tx.commit().await.unwrap();
        assert!(sessions::get(&mut conn, "a", NOW).await.unwrap().is_none());
    }

    async fn api_keys_are_found_by_hash_and_revoked_once(store: &Store) {
        let [one, two] = tenants(store, [&[], &[]]).await;
        let mut tx = store.begin().await.unwrap();
        for n in 1..=3 {
            api_keys::insert(&mut tx, &one.id, &key(n), &format!("hash{n}")).await.unwrap();
        }
        api_keys::insert(&mut tx, &two.id, &key(4), "hash4").await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let found = api_keys::get_by_hash(&mut conn, "hash2").await.unwrap().unwrap();
        assert_eq!((found.key, found.workspace_id, found.plan), (key(2), one.id.clone(), Plan::Basic));
        assert!(api_keys::get_by_hash(&mut conn, "hash9").await.unwrap().is_none());
        let by_id = api_keys::get(&mut conn, &one.id, key(1).id.as_str()).await.unwrap();
        assert_eq!(by_id, Some(key(1)));
        let foreign = api_keys::get(&mut conn, &one.id, key(4).id.as_str()).await.unwrap();
        assert_eq!(foreign, None);
        let end = NOW + 1_000;
        for (span, expected) in [((NOW, end + 1), vec![key(2)]), ((NOW, end), vec![]), ((end, i64::MAX), vec![])] {
            let ending = api_keys::list_ending(&mut conn, &one.id, span, 9).await.unwrap();
            assert_eq!(ending, expected, "{span:?}");
        }
        let newest = api_keys::list(&mut conn, &one.id, None, 2).await.unwrap();
        assert_eq!(newest, [key(3), key(2)]);
        let newest = Some(newest[1].id.as_str());
        let older = api_keys::list(&mut conn, &one.id, newest, 2).await.unwrap();
        assert_eq!(older, [key(1)]);
        assert_eq!(api_keys::list(&mut conn, &two.id, None, 100).await.unwrap(), [key(4)]);

        let mut tx = store.begin().await.unwrap();
        let ids = [key(1).id, key(2).id, key(3).id, key(4).id];
        assert!(api_keys::update_revoked(&mut tx, &one.id, &ids[0], NOW + 5).await.unwrap());
        assert!(!api_keys::update_revoked(&mut tx, &one.id, &ids[0], NOW + 6).await.unwrap());
        assert!(!api_keys::update_revoked(&mut tx, &one.id, &ids[3], NOW + 6).await.unwrap());
        api_keys::update_last_used(&mut tx, &one.id, &ids[0], (NOW + 7, Some("2001:db8::1"))).await.unwrap();
        api_keys::update_last_used(&mut tx, &one.id, &ids[3], (NOW + 7, None)).await.unwrap();
        tx.commit().await.unwrap();
        let revoked = api_keys::get(&mut conn, &one.id, ids[0].as_str()).await.unwrap().unwrap();
        assert_eq!((revoked.revoked_at_ms, revoked.last_used_at_ms), (Some(NOW + 5), Some(NOW + 7)));
        assert_eq!(revoked.last_used_ip.as_deref(), Some("2001:db8::1"));
        let untouched = api_keys::get(&mut conn, &two.id, ids[3].as_str()).await.unwrap();
        assert_eq!(untouched, Some(key(4)));

        let mut tx = store.begin().await.unwrap();
        let same_hash = api_keys::insert(&mut tx, &two.id, &key(5), "hash1").await;
        assert!(same_hash.unwrap_err().is_unique_violation());
        assert!(Permissions::default().is_empty());
    }

    async fn a_key_is_replaced_once_and_only_while_it_works(store: &Store) {
        let [one, two] = tenants(store, [&[], &[]]).await;
        let mut tx = store.begin().await.unwrap();
        for n in 1..=5 {
            api_keys::insert(&mut tx, &one.id, &key(n), &format!("hash{n}")).await.unwrap();
        }
        let id = |n: u8| key(n).id;
        let (old, new) = (id(1), id(5));
        let times = (NOW + 10, NOW + 20);
        assert!(!api_keys::update_replaced(&mut tx, &two.id, (&old, &new), times).await.unwrap());
        assert!(api_keys::update_replaced(&mut tx, &one.id, (&old, &new), times).await.unwrap());
        let again = (NOW + 11, NOW + 99);
        assert!(!api_keys::update_replaced(&mut tx, &one.id, (&old, &id(4)), again).await.unwrap());
        let (expiring, late) = (id(2), (NOW + 1_000, NOW + 2_000));
        assert!(!api_keys::update_replaced(&mut tx, &one.id, (&expiring, &new), late).await.unwrap());
        api_keys::update_revoked(&mut tx, &one.id, &id(3), NOW).await.unwrap();
        assert!(!api_keys::update_replaced(&mut tx, &one.id, (&id(3), &new), times).await.unwrap());
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let replaced = api_keys::get(&mut conn, &one.id, old.as_str()).await.unwrap().unwrap();
        assert_eq!((replaced.replaced_by, replaced.expires_at_ms), (Some(new), Some(NOW + 20)));
        let expired = api_keys::get(&mut conn, &one.id, expiring.as_str()).await.unwrap();
        assert_eq!(expired, Some(key(2)));
        let ending = api_keys::list_ending(&mut conn, &one.id, (NOW, i64::MAX), 9).await.unwrap();
        assert_eq!(ending, [key(2)], "the replaced one has its successor");
    }

    async fn settings_are_decided_once(store: &Store) {
        let mut tx = store.begin().await.unwrap();
        assert!(settings::insert_once(&mut tx, "first_operator", "usr_1").await.unwrap());
        assert!(!settings::insert_once(&mut tx, "first_operator", "usr_2").await.unwrap());
        tx.commit().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        assert!(!settings::insert_once(&mut tx, "first_operator", "usr_1").await.unwrap());
        settings::delete(&mut tx, "first_operator").await.unwrap();
        assert!(settings::insert_once(&mut tx, "first_operator", "usr_2").await.unwrap());
        assert!(settings::insert_once(&mut tx, "other", TRICKY).await.unwrap());
    }

    async fn the_first_signing_key_of_a_purpose_wins(store: &Store) {
        let mut tx = store.begin().await.unwrap();
        assert!(signing_keys::insert(&mut tx, &signing_key(1, "token")).await.unwrap());
        assert!(!signing_keys::insert(&mut tx, &signing_key(2, "token")).await.unwrap());
        assert!(signing_keys::insert(&mut tx, &signing_key(3, "certificate")).await.unwrap());
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let token = signing_keys::get(&mut conn, "token").await.unwrap();
        assert_eq!(token, Some(signing_key(1, "token")));
        let certificate = signing_keys::get(&mut conn, "certificate").await.unwrap();
        assert_eq!(certificate, Some(signing_key(3, "certificate")));
        assert_eq!(signing_keys::get(&mut conn, "other").await.unwrap(), None);
    }

    async fn replaced_signing_keys_verify_until_they_are_deleted(store: &Store) {
        let mut tx = store.begin().await.unwrap();
        assert_eq!(signing_keys::update_replaced(&mut tx, "token", NOW).await.unwrap(), None);
        signing_keys::insert(&mut tx, &signing_key(9, "certificate")).await.unwrap();
        // The ids do not say which one is the latest.
        for (n, at_ms) in [(2, NOW + 1), (1, NOW + 2), (3, NOW + 3)] {
            assert!(signing_keys::insert(&mut tx, &signing_key(n, "token")).await.unwrap());
            if n < 3 {
                let replaced = signing_keys::update_replaced(&mut tx, "token", at_ms).await.unwrap();
                assert_eq!(replaced, Some(signing_key(n, "token").id));
            }
        }
        tx.commit().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        let kept = async |tx: &mut Tx| {
            let keys = signing_keys::list(tx, "token").await.unwrap();
            keys.into_iter().map(|key| (key.id, key.public_key)).collect::<Vec<_>>()
        };
        let key = |n: u8| (signing_key(n, "token").id, format!("public{n}"));
        assert_eq!(kept(&mut tx).await, [key(3), key(1), key(2)]);
        let sealed = sealed::list(&mut tx, Place::SigningKeys, "", 9).await.unwrap();
        let sealed: Vec<_> = sealed.iter().map(|found| found.value.as_str()).collect();
        assert_eq!(sealed, ["sealed3", "sealed9"], "the secret parts of the others are gone");

        signing_keys::delete_replaced_before(&mut tx, "certificate", NOW + 9).await.unwrap();
        signing_keys::delete_replaced_before(&mut tx, "token", NOW + 2).await.unwrap();
        assert_eq!(kept(&mut tx).await, [key(3), key(1)]);
        let delete = async |tx: &mut Tx, purpose: &str, n: u8| {
            signing_keys::delete(tx, purpose, key(n).0.as_str()).await.unwrap()
        };
        assert!(!delete(&mut tx, "certificate", 1).await, "of another purpose");
        assert!(!delete(&mut tx, "token", 3).await, "it is in force");
        assert!(delete(&mut tx, "token", 1).await);
        assert!(!delete(&mut tx, "token", 1).await);
        assert_eq!(kept(&mut tx).await, [key(3)]);
        let other = signing_keys::get(&mut tx, "certificate").await.unwrap();
        assert_eq!(other, Some(signing_key(9, "certificate")));
    }
}

fn signing_key(n: u8, purpose: &str) -> SigningKey {
    SigningKey {
        id: SigningKeyId::new(NOW, [n; 10]),
        purpose: purpose.to_owned(),
        public_key: format!("public{n}"),
        sealed_secret: format!("sealed{n}"),
        created_at_ms: NOW,
    }
}

/// A database of the release before has one key for each purpose: they go on signing.
async fn signing_keys_of_before_stay_in_force(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    for sql in [
        "DROP TABLE signing_keys",
        "CREATE TABLE signing_keys (id TEXT PRIMARY KEY, purpose TEXT NOT NULL UNIQUE, public_key TEXT NOT NULL,
         sealed_secret TEXT NOT NULL, created_at_ms BIGINT NOT NULL)",
        "DELETE FROM _sqlx_migrations WHERE version = 16",
    ] {
        on_db!(tx, c => sqlx::query(sql).execute(c).await.map(drop)).unwrap();
    }
    let keys = [signing_key(1, "token"), signing_key(2, "certificate")];
    for key in &keys {
        on_db!(tx, c => sqlx::query("INSERT INTO signing_keys VALUES ($1, $2, $3, $4, $5)")
            .bind(key.id.as_str())
            .bind(&key.purpose)
            .bind(&key.public_key)
            .bind(&key.sealed_secret)
            .bind(key.created_at_ms)
            .execute(c)
            .await
            .map(drop))
        .unwrap();
    }
    tx.commit().await.unwrap();
    database.store.close().await;
    let again = open(&database.url).await;
    let mut conn = again.read().await.unwrap();
    for key in keys {
        let found = signing_keys::get(&mut conn, &key.purpose).await.unwrap();
        assert_eq!(found, Some(key));
    }
    drop(conn);
    again.close().await;
    database.drop().await;
}

#[tokio::test]
async fn signing_keys_of_before_stay_in_force_on_sqlite() {
    signing_keys_of_before_stay_in_force(Database::sqlite().await).await;
}

#[tokio::test]
async fn signing_keys_of_before_stay_in_force_on_postgres() {
    signing_keys_of_before_stay_in_force(Database::postgres().await).await;
}
