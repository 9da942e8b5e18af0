//! What operators and settings pages read and write.

use model::{ApiKey, ApiKeyId, AuditId, Permissions, Plan, Role, UserId, WorkspaceId};

use super::{NOW, TRICKY, agent, both_engines, tenants, user, workspace};
use crate::audit::{ActorName, AuditEntry, AuditFilter};
use crate::sessions::{Session, SessionUse};
use crate::workspaces::Suspension;
use crate::{Store, agents, api_keys, audit, sessions, settings, users, workspaces};

fn entry(of: &WorkspaceId, n: u8, actor: &str, action: &str) -> AuditEntry {
    AuditEntry {
        id: AuditId::new(NOW + i64::from(n), [n; 10]),
        workspace_id: of.clone(),
        actor: actor.to_owned(),
        via: if n == 3 { "token" } else { "session" }.to_owned(),
        action: action.to_owned(),
        subject: format!("agt_{}", n % 2),
        detail: TRICKY.to_owned(),
        at_ms: NOW + i64::from(n),
        salt: "00".to_owned(),
        leaf_hash: "ab".to_owned(),
        commitment: None,
    }
}

fn session(id: &str, of: &UserId, kind: &str, seen: i64) -> Session {
    Session {
        id_hash: id.to_owned(),
        kind: kind.to_owned(),
        user_id: Some(of.clone()),
        workspace_id: None,
        data: String::new(),
        created_at_ms: NOW,
        last_seen_at_ms: NOW + seen,
        expires_at_ms: NOW + 1_000,
        device: "Firefox".to_owned(),
        network: String::new(),
    }
}

both_engines! {
    async fn the_trail_is_filtered_by_everything_at_once(store: &Store) {
        let (one, two) = (workspace(1).id, workspace(2).id);
        let mut tx = store.begin().await.unwrap();
        for (n, actor, action) in [
            (1, "usr_a", "agent.created"),
            (2, "usr_b", "agent.updated"),
            (3, "usr_a", "api_key.created"),
            (4, "usr_a", "agent.updated"),
        ] {
            audit::insert(&mut tx, &entry(&one, n, actor, action)).await.unwrap();
        }
        audit::insert(&mut tx, &entry(&two, 5, "usr_c", "user.registered")).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let mut numbers = async |filter: AuditFilter| -> Vec<i64> {
            let found = audit::list_filtered(&mut conn, &one, &filter, 10).await.unwrap();
            found.into_iter().map(|e| e.at_ms - NOW).collect()
        };
        let text = |t: &str| Some(t.to_owned());
        let id = |n: u8| Some(AuditId::new(NOW + i64::from(n), [0; 10]));
        let all = AuditFilter::default;
        assert_eq!(numbers(all()).await, [4, 3, 2, 1]);
        assert_eq!(numbers(AuditFilter { actor: text("usr_a"), ..all() }).await, [4, 3, 1]);
        assert_eq!(numbers(AuditFilter { action: text("agent.updated"), ..all() }).await, [4, 2]);
        assert_eq!(numbers(AuditFilter { noun: text("agent"), ..all() }).await, [4, 2, 1]);
        assert_eq!(numbers(AuditFilter { via: text("token"), ..all() }).await, [3]);
        assert_eq!(numbers(AuditFilter { subject: text("agt_0"), ..all() }).await, [4, 2]);
        assert_eq!(numbers(AuditFilter { from: id(2), before: id(4), ..all() }).await, [3, 2]);
        let several = AuditFilter {
            actor: text("usr_a"),
            noun: text("agent"),
            via: text("session"),
            before: id(4),
            ..all()
        };
        assert_eq!(numbers(several).await, [1]);
        assert!(numbers(AuditFilter { actor: text("usr_c"), ..all() }).await.is_empty());
        let actions = audit::list_actions(&mut conn, &one, 10).await.unwrap();
        assert_eq!(actions, ["agent.created", "agent.updated", "api_key.created"]);
        assert_eq!(audit::list_actors(&mut conn, &one, 10).await.unwrap(), ["usr_a", "usr_b"]);
        assert_eq!(audit::list_actors(&mut conn, &one, 1).await.unwrap().len(), 1);
        assert!(audit::list_actions(&mut conn, &workspace(9).id, 10).await.unwrap().is_empty());
        let third = entry(&one, 3, "usr_a", "api_key.created");
        assert_eq!(audit::get(&mut conn, &one, &third.id).await.unwrap(), Some(third.clone()));
        assert_eq!(audit::get(&mut conn, &two, &third.id).await.unwrap(), None);
    }

    async fn actors_have_the_names_that_their_workspace_may_know(store: &Store) {
        let [one, two] = tenants(store, [&[], &[]]).await;
        let key = ApiKey {
            id: ApiKeyId::new(NOW, [1; 10]),
            family_id: ApiKeyId::new(NOW, [1; 10]),
            name: TRICKY.to_owned(),
            hint: "gopi_sk_4fQ9".to_owned(),
            permissions: Permissions::READ_WRITE,
            agent_id: None,
            allowed_ips: Vec::new(),
            created_at_ms: NOW,
            expires_at_ms: None,
            last_used_at_ms: None,
            last_used_ip: None,
            replaced_by: None,
            revoked_at_ms: None,
        };
        let mut tx = store.begin().await.unwrap();
        for n in 1..=3 {
            users::insert(&mut tx, &user(n), "x").await.unwrap();
        }
        workspaces::insert_member(&mut tx, &one.id, &user(2).id, Role::Owner, NOW).await.unwrap();
        users::update_name(&mut tx, &user(2).id, "").await.unwrap();
        api_keys::insert(&mut tx, &one.id, &key, "hash").await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let ids = [user(1).id, user(2).id, user(3).id];
        let mut asked: Vec<_> = ids.iter().map(UserId::as_str).collect();
        asked.extend([key.id.as_str(), "console"]);
        let mut names = audit::list_actor_names(&mut conn, &one.id, &asked).await.unwrap();
        names.sort_by(|a, b| a.id.cmp(&b.id));
        let name = |id: &str, name: Option<&str>, key| ActorName {
            id: id.to_owned(),
            name: name.map(str::to_owned),
            key,
        };
        let member = name(ids[1].as_str(), Some("mara2@example.com"), false);
        let expected = [name(key.id.as_str(), Some(TRICKY), true), name(ids[0].as_str(), None, false), member];
        assert_eq!(names, expected, "a stranger is left out, the operator has no name");
        let foreign = audit::list_actor_names(&mut conn, &two.id, &asked[1..]).await.unwrap();
        assert!(foreign.is_empty());
    }

    async fn a_person_changes_name_and_password(store: &Store) {
        let mut tx = store.begin().await.unwrap();
        users::insert(&mut tx, &user(1), "old").await.unwrap();
        assert!(users::update_name(&mut tx, &user(1).id, TRICKY).await.unwrap());
        assert!(!users::update_name(&mut tx, &user(9).id, "x").await.unwrap());
        assert!(users::update_password(&mut tx, &user(1).id, "old", "new").await.unwrap());
        assert!(!users::update_password(&mut tx, &user(1).id, "old", "late").await.unwrap());
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let found = users::get_with_password(&mut conn, &user(1).id).await.unwrap().unwrap();
        assert_eq!((found.user.name.as_str(), found.password_hash.as_str()), (TRICKY, "new"));
        assert!(users::get_with_password(&mut conn, &user(9).id).await.unwrap().is_none());
    }

    async fn settings_change(store: &Store) {
        let mut tx = store.begin().await.unwrap();
        settings::upsert(&mut tx, "legal.imprint.en", "one").await.unwrap();
        settings::upsert(&mut tx, "legal.imprint.en", TRICKY).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let found = settings::get(&mut conn, "legal.imprint.en").await.unwrap();
        assert_eq!(found.as_deref(), Some(TRICKY));
        assert_eq!(settings::get(&mut conn, "legal.imprint.de").await.unwrap(), None);
    }

    async fn sessions_are_used_listed_and_ended(store: &Store) {
        let (me, other) = (user(1).id, user(2).id);
        let mut tx = store.begin().await.unwrap();
        for n in 1..=2 {
            users::insert(&mut tx, &user(n), "x").await.unwrap();
        }
        for row in [
            session("a", &me, "browser", 0),
            session("b", &me, "token", 10),
            session("c", &me, "browser", 5),
            session("d", &other, "browser", 0),
        ] {
            assert!(sessions::insert(&mut tx, &row).await.unwrap());
        }
        let seen = |at| SessionUse { at_ms: NOW + at, every_ms: 60, idle_ms: 2_000, max_age_ms: 2_500, network: "" };
        assert!(!sessions::update_last_seen(&mut tx, "a", seen(59)).await.unwrap(), "too soon");
        assert!(sessions::update_last_seen(&mut tx, "a", seen(60)).await.unwrap());
        assert!(sessions::update_last_seen(&mut tx, "b", seen(70)).await.unwrap());
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let listed = sessions::list_of_user(&mut conn, &me, NOW, 10).await.unwrap();
        let facts: Vec<_> = listed.iter().map(|s| (s.id_hash.as_str(), s.expires_at_ms - NOW)).collect();
        assert_eq!(facts, [("b", 1_000), ("a", 2_060), ("c", 1_000)], "a token's end stays");
        assert_eq!(sessions::list_of_user(&mut conn, &me, NOW + 1_000, 10).await.unwrap().len(), 1);

        let mut tx = store.begin().await.unwrap();
        assert!(sessions::update_last_seen(&mut tx, "a", SessionUse { network: "192.0.2.0/24", ..seen(900) }).await.unwrap());
        tx.commit().await.unwrap();
        let found = sessions::get(&mut conn, "a", NOW).await.unwrap().unwrap();
        assert_eq!((found.device.as_str(), found.network.as_str()), ("Firefox", "192.0.2.0/24"));
        assert_eq!(found.expires_at_ms, NOW + 2_500, "however much it is used");

        let mut tx = store.begin().await.unwrap();
        assert_eq!(sessions::delete_others(&mut tx, &me, Some("a")).await.unwrap(), 2);
        assert_eq!(sessions::delete_others(&mut tx, &me, None).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert!(sessions::get(&mut conn, "d", NOW).await.unwrap().is_some(), "another's stays");

        let mut tx = store.begin().await.unwrap();
        assert_eq!(users::lock_all(&mut tx).await.unwrap(), 2);
        let stranger = sessions::Session { id_hash: "e".to_owned(), user_id: None, ..found };
        assert!(sessions::insert(&mut tx, &stranger).await.unwrap());
        assert_eq!(sessions::delete_all(&mut tx, Some("d")).await.unwrap(), 0);
        assert_eq!(sessions::delete_all(&mut tx, None).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert!(sessions::get(&mut conn, "e", NOW).await.unwrap().is_some(), "nobody's stays");
    }

    async fn accounts_are_found_and_suspended(store: &Store) {
        let [one, two] = tenants(store, [&[1, 2], &[3]]).await;
        let mut tx = store.begin().await.unwrap();
        for n in 1..=2 {
            users::insert(&mut tx, &user(n), "x").await.unwrap();
        }
        workspaces::insert_member(&mut tx, &one.id, &user(1).id, Role::Owner, NOW).await.unwrap();
        workspaces::insert_member(&mut tx, &one.id, &user(2).id, Role::Member, NOW).await.unwrap();
        agents::delete(&mut tx, &one.id, &agent(2).id, NOW).await.unwrap();
        let why = Suspension { at_ms: NOW, reason: TRICKY.to_owned() };
        assert!(workspaces::update_suspension(&mut tx, &two.id, Some(&why)).await.unwrap());
        assert!(!workspaces::update_suspension(&mut tx, &workspace(9).id, None).await.unwrap());
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let all = workspaces::list_accounts(&mut conn, None, None, 10).await.unwrap();
        assert_eq!(all.iter().map(|a| &a.workspace).collect::<Vec<_>>(), [&two, &one]);
        assert_eq!((all[0].suspension.as_ref(), all[1].suspension.as_ref()), (Some(&why), None));
        assert_eq!((all[1].agents, all[1].keys, all[0].agents), (1, 0, 1));
        assert_eq!(all[1].email.as_deref(), Some("mara1@example.com"), "the owner, not a member");
        assert_eq!(all[0].email, None);
        let mut search = async |text: &str| -> Vec<WorkspaceId> {
            let found = workspaces::list_accounts(&mut conn, Some(text), None, 10).await.unwrap();
            found.into_iter().map(|a| a.workspace.id).collect()
        };
        assert_eq!(search("mara2@").await, std::slice::from_ref(&one.id), "a member is found, too");
        assert_eq!(search("workspace 2").await, std::slice::from_ref(&two.id));
        assert_eq!(search("%_").await.len(), 2, "signs that mean something in a pattern are plain");
        assert!(search("a%a").await.is_empty());
        let older = workspaces::list_accounts(&mut conn, None, Some(&two.id), 10).await.unwrap();
        assert_eq!(older.len(), 1);
        let found = workspaces::get_account(&mut conn, &one.id).await.unwrap();
        assert_eq!(found.as_ref(), Some(&all[1]));
        assert_eq!(found.map(|a| a.workspace.plan), Some(Plan::Basic));
        assert_eq!(workspaces::get_account(&mut conn, &workspace(9).id).await.unwrap(), None);

        assert_eq!(workspaces::get_standing(&mut conn, &two.id).await.unwrap().suspension, Some(why));
        let mut tx = store.begin().await.unwrap();
        workspaces::update_suspension(&mut tx, &two.id, None).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(workspaces::get_standing(&mut conn, &two.id).await.unwrap().suspension, None);
        assert_eq!(workspaces::get_standing(&mut conn, &workspace(9).id).await.unwrap().suspension, None);
    }

    async fn the_database_tells_its_size_and_schema(store: &Store) {
        assert!(store.size_bytes().await.unwrap() > 10_000);
        assert!(store.schema_version().await.unwrap() >= 6);
    }
}
