use model::Role;

use super::{NOW, both_engines, tenants, user};
use crate::sessions::{Session, SessionUse};
use crate::{Store, members, sessions, users, workspaces};

both_engines! {
    async fn users_have_a_language_and_prove_their_address_once(store: &Store) {
        let mut tx = store.begin().await.unwrap();
        for n in 1..=3 {
            users::insert(&mut tx, &user(n), "x").await.unwrap();
        }
        let id = user(2).id;
        let email = user(2).email;
        assert!(!users::update_verified(&mut tx, &id, "other@example.com", NOW).await.unwrap());
        assert!(users::update_verified(&mut tx, &id, &email, NOW + 5).await.unwrap());
        assert!(!users::update_verified(&mut tx, &id, &email, NOW + 6).await.unwrap());
        assert!(users::update_lang(&mut tx, &id, "en").await.unwrap());
        assert!(!users::update_lang(&mut tx, &id, "en").await.unwrap());
        let found = users::get(&mut tx, &id).await.unwrap().unwrap();
        assert_eq!((found.lang.as_str(), found.verified_at_ms), ("en", Some(NOW + 5)));
        assert!(users::reset_password(&mut tx, &id, "new").await.unwrap());
        assert!(!users::reset_password(&mut tx, &user(9).id, "new").await.unwrap());
        let found = users::get_with_password(&mut tx, &id).await.unwrap().unwrap();
        assert_eq!(found.password_hash, "new");
        assert_eq!(users::list_operators(&mut tx, 9).await.unwrap(), [user(1)]);
    }

    async fn members_join_change_and_leave_but_never_the_owner(store: &Store) {
        let [one, two] = tenants(store, [&[], &[]]).await;
        let mut tx = store.begin().await.unwrap();
        for (n, role) in [(1, Role::Owner), (2, Role::Admin), (3, Role::Member)] {
            users::insert(&mut tx, &user(n), "x").await.unwrap();
            let at_ms = NOW + i64::from(n);
            workspaces::insert_member(&mut tx, &one.id, &user(n).id, role, at_ms).await.unwrap();
        }
        workspaces::insert_member(&mut tx, &two.id, &user(2).id, Role::Owner, NOW).await.unwrap();
        let all = members::list(&mut tx, &one.id, 9).await.unwrap();
        let all: Vec<_> = all.into_iter().map(|m| (m.user, m.role, m.joined_at_ms - NOW)).collect();
        let expected = [(user(1), Role::Owner, 1), (user(2), Role::Admin, 2), (user(3), Role::Member, 3)];
        assert_eq!(all, expected);
        assert_eq!(members::count(&mut tx, &one.id).await.unwrap(), 3);
        let owner = members::get_owner(&mut tx, &one.id).await.unwrap().unwrap();
        assert_eq!((owner.user, owner.workspace), (user(1), one.clone()));
        assert_eq!(members::list_owned(&mut tx, &user(2).id).await.unwrap(), std::slice::from_ref(&two));

        assert!(workspaces::update_operator_owned(&mut tx, &one.id, false).await.unwrap());
        let freed = workspaces::get(&mut tx, &one.id).await.unwrap();
        assert_eq!(freed.map(|w| w.operator_owned), Some(false));

        let of = (&one.id, &user(3).id);
        assert!(!members::update_role(&mut tx, of, Role::Admin, Role::Owner).await.unwrap());
        assert!(members::update_role(&mut tx, of, Role::Member, Role::Admin).await.unwrap());
        assert!(!members::delete(&mut tx, &one.id, &user(1).id).await.unwrap(), "the owner stays");
        assert!(members::delete(&mut tx, &one.id, &user(3).id).await.unwrap());
        assert!(!members::delete(&mut tx, &one.id, &user(3).id).await.unwrap());
        assert_eq!(members::delete_elsewhere(&mut tx, &user(2).id).await.unwrap(), 1);
        assert_eq!(members::count(&mut tx, &one.id).await.unwrap(), 1);
        assert_eq!(members::count(&mut tx, &two.id).await.unwrap(), 1);
    }

    async fn sessions_in_one_workspace_end_and_others_stay(store: &Store) {
        let [one, two] = tenants(store, [&[], &[]]).await;
        let mut tx = store.begin().await.unwrap();
        users::insert(&mut tx, &user(1), "x").await.unwrap();
        for (id, workspace) in [("a", &one), ("b", &two), ("c", &one)] {
            let session = Session {
                id_hash: id.to_owned(),
                kind: "browser".to_owned(),
                user_id: Some(user(1).id),
                workspace_id: Some(workspace.id.clone()),
                data: String::new(),
                created_at_ms: NOW,
                last_seen_at_ms: NOW,
                expires_at_ms: NOW + 1_000,
                device: String::new(),
                network: String::new(),
            };
            sessions::insert(&mut tx, &session).await.unwrap();
        }
        let in_one = (&one.id, &user(1).id);
        assert_eq!(sessions::delete_in(&mut tx, in_one, Some("c")).await.unwrap(), 1);
        assert!(sessions::get(&mut tx, "a", NOW).await.unwrap().is_none());
        assert!(sessions::get(&mut tx, "b", NOW).await.unwrap().is_some());
        assert_eq!(sessions::delete_in(&mut tx, in_one, None).await.unwrap(), 1);

        // One that goes on under another id leaves a trace, unless it was ended before.
        let found = sessions::get(&mut tx, "b", NOW).await.unwrap().unwrap();
        sessions::update_ended(&mut tx, "b").await.unwrap();
        let seen = SessionUse {
            at_ms: NOW + 100,
            every_ms: 60,
            idle_ms: 1_000,
            max_age_ms: 2_000,
            network: "",
        };
        assert!(!sessions::update_last_seen(&mut tx, "b", seen).await.unwrap());
        assert!(!sessions::update(&mut tx, &found, 2_000).await.unwrap(), "stays ended");
        assert!(sessions::get(&mut tx, "b", NOW).await.unwrap().is_none());
        let taken = sessions::take(&mut tx, "b").await.unwrap();
        assert_eq!(taken, Some((Some(user(1).id), NOW)));
        assert_eq!(sessions::take(&mut tx, "b").await.unwrap(), None);
    }
}
