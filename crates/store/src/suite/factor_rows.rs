use model::{ApiKey, PasskeyId};

use super::accounts::key;
use super::{NOW, TRICKY, both_engines, tenants, user};
use crate::passkeys::Passkey;
use crate::sealed::{self, Place, Sealed};
use crate::totp::Totp;
use crate::{Store, api_keys, factor_tries, passkeys, recovery_codes, totp, users};

both_engines! {
    async fn a_code_of_an_app_is_taken_once(store: &Store) {
        let me = user(1).id;
        let mut tx = store.begin().await.unwrap();
        users::insert(&mut tx, &user(1), "x").await.unwrap();
        assert_eq!(totp::get(&mut tx, &me).await.unwrap(), None);
        let first = Totp { sealed_secret: TRICKY.to_owned(), last_step: 7, created_at_ms: NOW };
        totp::upsert(&mut tx, &me, &first).await.unwrap();
        assert_eq!(totp::get(&mut tx, &me).await.unwrap(), Some(first.clone()));
        assert!(!totp::update_last_step(&mut tx, &me, &first, 7).await.unwrap(), "used");
        assert!(totp::update_last_step(&mut tx, &me, &first, 9).await.unwrap());
        assert!(!totp::update_last_step(&mut tx, &me, &first, 8).await.unwrap(), "a later one was used");
        let other = Totp { sealed_secret: "another".to_owned(), ..first.clone() };
        assert!(!totp::update_last_step(&mut tx, &me, &other, 10).await.unwrap(), "of another app");

        let found = sealed::list(&mut tx, Place::Totp, "", 9).await.unwrap().remove(0);
        assert_eq!(found.value, TRICKY);
        let value = Sealed { value: "anew".to_owned(), ..found };
        sealed::update(&mut tx, Place::Totp, &value).await.unwrap();
        let found = totp::get(&mut tx, &me).await.unwrap().unwrap();
        assert_eq!((found.sealed_secret.as_str(), found.last_step), ("anew", 9));

        totp::upsert(&mut tx, &me, &first).await.unwrap();
        assert_eq!(totp::get(&mut tx, &me).await.unwrap(), Some(first), "another app");
        assert!(totp::delete(&mut tx, &me).await.unwrap());
        assert!(!totp::delete(&mut tx, &me).await.unwrap());
    }

    async fn recovery_codes_are_used_up_and_tries_counted(store: &Store) {
        let (me, other) = (user(1).id, user(2).id);
        let mut tx = store.begin().await.unwrap();
        for n in 1..=2 {
            users::insert(&mut tx, &user(n), "x").await.unwrap();
        }
        let hashes = |list: &[&str]| list.iter().map(|h| (*h).to_owned()).collect::<Vec<_>>();
        recovery_codes::replace(&mut tx, &me, &hashes(&["a", "b"]), NOW).await.unwrap();
        recovery_codes::replace(&mut tx, &other, &hashes(&["a"]), NOW).await.unwrap();
        assert!(recovery_codes::delete(&mut tx, &me, "a").await.unwrap());
        assert!(!recovery_codes::delete(&mut tx, &me, "a").await.unwrap(), "used");
        assert_eq!(recovery_codes::count(&mut tx, &me).await.unwrap(), 1);
        recovery_codes::replace(&mut tx, &me, &hashes(&["c", "d", "e"]), NOW).await.unwrap();
        assert!(!recovery_codes::delete(&mut tx, &me, "b").await.unwrap(), "replaced");
        recovery_codes::delete_all(&mut tx, &me).await.unwrap();
        assert_eq!(recovery_codes::count(&mut tx, &me).await.unwrap(), 0);
        assert_eq!(recovery_codes::count(&mut tx, &other).await.unwrap(), 1);
    }

    async fn tries_are_counted_apart_for_each_door(store: &Store) {
        let me = user(1).id;
        let mut tx = store.begin().await.unwrap();
        users::insert(&mut tx, &user(1), "x").await.unwrap();
        assert!(users::lock(&mut tx, &me).await.unwrap());
        assert!(!users::lock(&mut tx, &user(2).id).await.unwrap());
        let door = (&me, "sign_in");
        for (at, expected) in [(0, (1, NOW)), (50, (2, NOW)), (99, (3, NOW)), (100, (1, NOW + 100))] {
            let counted = factor_tries::count(&mut tx, door, NOW + at, 100).await.unwrap();
            assert_eq!(counted, expected, "after {at} ms");
        }
        let other = (&me, "step_up");
        assert_eq!(factor_tries::count(&mut tx, other, NOW + 100, 100).await.unwrap().0, 1);
        factor_tries::delete(&mut tx, &me, door.1).await.unwrap();
        assert_eq!(factor_tries::count(&mut tx, door, NOW + 101, 100).await.unwrap().0, 1);
        assert_eq!(factor_tries::count(&mut tx, other, NOW + 101, 100).await.unwrap().0, 2);
        factor_tries::delete_all(&mut tx, &me).await.unwrap();
        for door in [door, other] {
            assert_eq!(factor_tries::count(&mut tx, door, NOW + 102, 100).await.unwrap().0, 1);
        }
    }

    async fn passkeys_are_found_by_credential_and_kept_by_their_owner(store: &Store) {
        let (me, other) = (user(1).id, user(2).id);
        let mut tx = store.begin().await.unwrap();
        for n in 1..=2 {
            users::insert(&mut tx, &user(n), "x").await.unwrap();
        }
        let key = |n: u8| Passkey {
            id: PasskeyId::new(NOW, [n; 10]),
            user_id: me.clone(),
            credential_id: format!("credential{n}"),
            credential: "{}".to_owned(),
            name: TRICKY.to_owned(),
            created_at_ms: NOW,
            last_used_at_ms: None,
        };
        passkeys::insert(&mut tx, &key(1)).await.unwrap();
        passkeys::insert(&mut tx, &key(2)).await.unwrap();
        assert_eq!(passkeys::list(&mut tx, &me).await.unwrap(), [key(1), key(2)]);
        let found = passkeys::get_by_credential(&mut tx, "credential2").await.unwrap();
        assert_eq!(found, Some(key(2)));
        assert_eq!(passkeys::get_by_credential(&mut tx, "credential3").await.unwrap(), None);
        let id = key(1).id;
        assert!(!passkeys::update_name(&mut tx, &other, id.as_str(), "mine").await.unwrap());
        assert!(!passkeys::delete(&mut tx, &other, id.as_str()).await.unwrap());
        assert!(passkeys::update_name(&mut tx, &me, id.as_str(), "Phone").await.unwrap());
        let used = Passkey { credential: "{1}".to_owned(), last_used_at_ms: Some(NOW + 5), ..key(1) };
        assert!(passkeys::update_used(&mut tx, &used).await.unwrap());
        let now = passkeys::list(&mut tx, &me).await.unwrap().remove(0);
        assert_eq!(now, Passkey { name: "Phone".to_owned(), ..used.clone() });
        assert!(passkeys::delete(&mut tx, &me, id.as_str()).await.unwrap());
        assert!(!passkeys::update_used(&mut tx, &used).await.unwrap(), "gone");
        let again = passkeys::insert(&mut tx, &key(2)).await;
        assert!(again.unwrap_err().is_unique_violation());
    }

    async fn all_keys_of_a_workspace_are_revoked_at_once(store: &Store) {
        let [one, two] = tenants(store, [&[], &[]]).await;
        let mut tx = store.begin().await.unwrap();
        for (of, n) in [(&one, 1), (&one, 2), (&two, 3)] {
            api_keys::insert(&mut tx, &of.id, &key(n), &format!("hash{n}")).await.unwrap();
        }
        api_keys::update_revoked(&mut tx, &one.id, &key(1).id, NOW).await.unwrap();
        assert_eq!(api_keys::update_all_revoked(&mut tx, &one.id, NOW + 1).await.unwrap(), 1);
        let at = |key: Option<ApiKey>| key.unwrap().revoked_at_ms;
        let found = api_keys::get(&mut tx, &one.id, key(1).id.as_str()).await.unwrap();
        assert_eq!(at(found), Some(NOW), "keeps its day");
        let found = api_keys::get(&mut tx, &one.id, key(2).id.as_str()).await.unwrap();
        assert_eq!(at(found), Some(NOW + 1));
        let found = api_keys::get(&mut tx, &two.id, key(3).id.as_str()).await.unwrap();
        assert_eq!(at(found), None, "another workspace's stay");
    }

    async fn all_passkeys_go_at_once(store: &Store) {
        let mut tx = store.begin().await.unwrap();
        for n in 1..=2 {
            users::insert(&mut tx, &user(n), "x").await.unwrap();
            let key = Passkey {
                id: PasskeyId::new(NOW, [n; 10]),
                user_id: user(n).id,
                credential_id: format!("credential{n}"),
                credential: "{}".to_owned(),
                name: String::new(),
                created_at_ms: NOW,
                last_used_at_ms: None,
            };
            passkeys::insert(&mut tx, &key).await.unwrap();
        }
        assert_eq!(passkeys::delete_all(&mut tx, &user(1).id).await.unwrap(), 1);
        assert_eq!(passkeys::delete_all(&mut tx, &user(1).id).await.unwrap(), 0);
        assert_eq!(passkeys::list(&mut tx, &user(2).id).await.unwrap().len(), 1, "another's stay");
    }
}
