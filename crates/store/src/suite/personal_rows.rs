use model::{ContestId, ExportId};

use super::{NOW, TRICKY, agent, both_engines, tenants, user, workspace};
use crate::agents::AgentRef;
use crate::contests::Contest;
use crate::erasures::Erasure;
use crate::exports::{Export, State};
use crate::sealed::{Place, Sealed};
use crate::workspaces::Deletion;
use crate::{Store, Tx, agents, contests, erasures, exports, sealed, users, workspaces};

both_engines! {
    async fn an_end_is_planned_called_off_and_found_when_it_is_due(store: &Store) {
        let [one, two] = tenants(store, [&[], &[]]).await;
        let mut tx = store.begin().await.unwrap();
        users::insert(&mut tx, &user(1), "x").await.unwrap();
        workspaces::insert_member(&mut tx, &one.id, &user(1).id, model::Role::Owner, NOW).await.unwrap();
        assert_eq!(workspaces::get_standing(&mut tx, &one.id).await.unwrap().deletion, None);
        let planned = Deletion { asked_at_ms: NOW, due_at_ms: NOW + 5 };
        assert!(workspaces::update_deletion(&mut tx, &one.id, Some(planned)).await.unwrap());
        assert_eq!(workspaces::get_standing(&mut tx, &one.id).await.unwrap().deletion, Some(planned));
        assert!(workspaces::list_to_erase(&mut tx, NOW + 4, 9).await.unwrap().is_empty());
        let due = workspaces::list_to_erase(&mut tx, NOW + 5, 9).await.unwrap();
        assert_eq!(due, [(one.id.clone(), user(1).id)]);
        assert!(workspaces::update_deletion(&mut tx, &one.id, None).await.unwrap());
        assert_eq!(workspaces::get_standing(&mut tx, &one.id).await.unwrap().deletion, None);
        assert_eq!(workspaces::get_standing(&mut tx, &two.id).await.unwrap().deletion, None);
    }

    async fn an_erasure_is_noted_once_and_found_when_its_workspace_is_back(store: &Store) {
        let [one, _] = tenants(store, [&[], &[]]).await;
        let erasure = Erasure { workspace_id: one.id.clone(), user_id: user(1).id, erased_at_ms: NOW };
        let gone = Erasure {
            workspace_id: model::WorkspaceId::from_stored("wsp_gone".to_owned()),
            user_id: user(2).id,
            erased_at_ms: NOW + 1,
        };
        let mut tx = store.begin().await.unwrap();
        assert!(erasures::insert(&mut tx, &erasure).await.unwrap());
        assert!(!erasures::insert(&mut tx, &erasure).await.unwrap());
        assert!(erasures::insert(&mut tx, &gone).await.unwrap());
        assert_eq!(erasures::get(&mut tx, &one.id).await.unwrap(), Some(erasure.clone()));
        assert_eq!(erasures::get(&mut tx, &workspace(2).id).await.unwrap(), None);
        assert_eq!(erasures::list_since(&mut tx, NOW + 1, 9).await.unwrap(), std::slice::from_ref(&gone));
        assert_eq!(erasures::list_since(&mut tx, 0, i64::MAX).await.unwrap(), [erasure.clone(), gone]);
        assert_eq!(erasures::list_restored(&mut tx, 9).await.unwrap(), [erasure]);
    }

    async fn an_archive_goes_its_way(store: &Store) {
        let [one, two] = tenants(store, [&[], &[]]).await;
        let export = Export {
            workspace_id: one.id.clone(),
            id: ExportId::new(NOW, [1; 10]),
            user_id: user(1).id,
            state: State::Running,
            row_count: 7,
            done_count: 0,
            bytes: 0,
            created_at_ms: NOW,
            touched_at_ms: NOW,
            expires_at_ms: NOW + 10,
        };
        let id = export.id.as_str();
        let mut tx = store.begin().await.unwrap();
        exports::insert(&mut tx, &export).await.unwrap();
        assert_eq!(exports::get(&mut tx, &one.id, id).await.unwrap(), Some(export.clone()));
        assert_eq!(exports::get(&mut tx, &two.id, id).await.unwrap(), None);
        assert!(exports::list_stalled(&mut tx, NOW, 9).await.unwrap().is_empty());
        assert_eq!(exports::list_stalled(&mut tx, NOW + 1, 9).await.unwrap(), std::slice::from_ref(&export));
        assert!(exports::claim(&mut tx, (&one.id, &export.id), NOW + 1, NOW + 1).await.unwrap());
        assert!(!exports::claim(&mut tx, (&one.id, &export.id), NOW + 1, NOW + 1).await.unwrap());
        let done = Export { state: State::Done, done_count: 7, bytes: 9, touched_at_ms: NOW + 2, ..export };
        assert!(exports::update(&mut tx, &done).await.unwrap());
        assert!(!exports::update(&mut tx, &done).await.unwrap(), "it is finished");
        let asked = [&done.id, &ExportId::new(NOW, [2; 10])];
        assert_eq!(exports::list_states(&mut tx, &asked).await.unwrap(), [(done.id.clone(), State::Done)]);
        assert_eq!(exports::list(&mut tx, &one.id, 9).await.unwrap(), std::slice::from_ref(&done));
        assert!(exports::list_expired(&mut tx, NOW + 9, 9).await.unwrap().is_empty());
        assert_eq!(exports::list_expired(&mut tx, NOW + 10, 9).await.unwrap(), std::slice::from_ref(&done));
        exports::delete(&mut tx, &one.id, &done.id).await.unwrap();
        assert!(!exports::update(&mut tx, &done).await.unwrap());
    }

    async fn a_contest_is_answered_once_and_goes_after_a_while(store: &Store) {
        let [one, two] = tenants(store, [&[1], &[]]).await;
        let contest = Contest {
            workspace_id: one.id.clone(),
            id: ContestId::new(NOW, [1; 10]),
            agent_id: agent(1).id,
            agent_name: agent(1).name,
            name: TRICKY.to_owned(),
            email: "jon@example.com".to_owned(),
            message: TRICKY.to_owned(),
            created_at_ms: NOW,
            answer: None,
            answered_by: None,
            answered_at_ms: None,
        };
        let mut tx = store.begin().await.unwrap();
        contests::insert(&mut tx, &contest).await.unwrap();
        assert_eq!(contests::get(&mut tx, &contest.id).await.unwrap(), Some(contest.clone()));
        assert_eq!(contests::list(&mut tx, &one.id, 9).await.unwrap(), std::slice::from_ref(&contest));
        assert!(contests::list(&mut tx, &two.id, 9).await.unwrap().is_empty());
        assert_eq!(contests::list_open(&mut tx, 9).await.unwrap(), std::slice::from_ref(&contest));
        let words = (TRICKY, "usr_1");
        assert!(contests::update_answer(&mut tx, &contest.id, words, NOW + 1).await.unwrap());
        assert!(!contests::update_answer(&mut tx, &contest.id, words, NOW + 2).await.unwrap());
        assert!(contests::list_open(&mut tx, 9).await.unwrap().is_empty());
        let found = contests::get(&mut tx, &contest.id).await.unwrap().unwrap();
        assert_eq!((found.answer.as_deref(), found.answered_at_ms), (Some(TRICKY), Some(NOW + 1)));
        assert_eq!(contests::update_answered_by(&mut tx, "usr_2", "erased_2").await.unwrap(), 0);
        assert_eq!(contests::update_answered_by(&mut tx, "usr_1", "erased_1").await.unwrap(), 1);
        let found = contests::get(&mut tx, &contest.id).await.unwrap().unwrap();
        assert_eq!(found.answered_by.as_deref(), Some("erased_1"));
        assert_eq!(contests::delete_answered(&mut tx, NOW + 1).await.unwrap(), 0);
        assert_eq!(contests::delete_answered(&mut tx, NOW + 2).await.unwrap(), 1);
    }

    async fn an_agent_is_listed_until_its_owner_says_otherwise(store: &Store) {
        let [one, two] = tenants(store, [&[1], &[]]).await;
        let id = agent(1).id;
        let mut tx = store.begin().await.unwrap();
        let unlisted = async |tx: &mut Tx| {
            let found = agents::get_of_any(tx, AgentRef::Id(id.as_str())).await.unwrap();
            found.unwrap().unlisted
        };
        assert!(!unlisted(&mut tx).await);
        assert!(!agents::update_unlisted(&mut tx, &two.id, &id, true).await.unwrap());
        assert!(agents::update_unlisted(&mut tx, &one.id, &id, true).await.unwrap());
        assert!(!agents::update_unlisted(&mut tx, &one.id, &id, true).await.unwrap());
        assert!(unlisted(&mut tx).await);
    }

    async fn every_sealed_value_is_found_and_replaced(store: &Store) {
        let key = crate::signing_keys::SigningKey {
            id: model::SigningKeyId::new(NOW, [1; 10]),
            purpose: "token".to_owned(),
            public_key: "p".to_owned(),
            sealed_secret: "old".to_owned(),
            created_at_ms: NOW,
        };
        let mut tx = store.begin().await.unwrap();
        crate::signing_keys::insert(&mut tx, &key).await.unwrap();
        for place in Place::ALL {
            let found = sealed::list(&mut tx, place, "", 9).await.unwrap();
            let expected = if place == Place::SigningKeys { 1 } else { 0 };
            assert_eq!(found.len(), expected, "{place:?}");
            for value in found {
                sealed::update(&mut tx, place, &Sealed { value: "new".to_owned(), ..value }).await.unwrap();
            }
        }
        let found = crate::signing_keys::get(&mut tx, "token").await.unwrap().unwrap();
        assert_eq!(found.sealed_secret, "new");
        assert!(sealed::list(&mut tx, Place::SigningKeys, key.id.as_str(), 9).await.unwrap().is_empty());
    }

    async fn where_a_key_was_used_is_forgotten_after_a_while(store: &Store) {
        let [one, _] = tenants(store, [&[], &[]]).await;
        let key = model::ApiKey {
            id: model::ApiKeyId::new(NOW, [1; 10]),
            family_id: model::ApiKeyId::new(NOW, [1; 10]),
            name: "K".to_owned(),
            hint: "gopi".to_owned(),
            permissions: model::Permissions::READ_WRITE,
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
        crate::api_keys::insert(&mut tx, &one.id, &key, "hash").await.unwrap();
        let used = (NOW, Some("203.0.113.9"));
        crate::api_keys::update_last_used(&mut tx, &one.id, &key.id, used).await.unwrap();
        assert_eq!(crate::api_keys::forget_addresses(&mut tx, NOW).await.unwrap(), 0);
        assert_eq!(crate::api_keys::forget_addresses(&mut tx, NOW + 1).await.unwrap(), 1);
        let found = crate::api_keys::get(&mut tx, &one.id, key.id.as_str()).await.unwrap().unwrap();
        assert_eq!((found.last_used_ip, found.last_used_at_ms), (None, Some(NOW)));
    }
}
