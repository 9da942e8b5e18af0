use model::{InvitationId, MailId, Role};

use super::{NOW, TRICKY, both_engines, tenants, user};
use crate::invitations::Invitation;
use crate::mails::{Mail, MailState};
use crate::registrations::Wanted;
use crate::tokens::Token;
use crate::{Store, invitations, login_failures, mails, registrations, tokens, users};

fn mail(n: u8) -> Mail {
    Mail {
        id: MailId::new(NOW + i64::from(n), [n; 10]),
        user_id: Some(user(1).id),
        kind: "verify".to_owned(),
        address: user(1).email,
        lang: "de".to_owned(),
        sealed_letter: TRICKY.to_owned(),
        attempts: 0,
        created_at_ms: NOW,
        next_at_ms: NOW + i64::from(n),
        expires_at_ms: NOW + 1_000,
    }
}

fn token(n: u8, purpose: &str) -> Token {
    Token {
        hash: format!("hash{n}"),
        user_id: user(1).id,
        purpose: purpose.to_owned(),
        email: user(1).email,
        created_at_ms: NOW + i64::from(n),
        expires_at_ms: NOW + 1_000,
    }
}

fn wanted(n: u8, email: &str) -> Wanted {
    Wanted {
        hash: format!("hash{n}"),
        email: email.to_owned(),
        name: TRICKY.to_owned(),
        lang: "de".to_owned(),
        created_at_ms: NOW + i64::from(n),
        expires_at_ms: NOW + 1_000 * i64::from(n),
    }
}

both_engines! {
    async fn mails_wait_are_tried_and_decided(store: &Store) {
        let mut tx = store.begin().await.unwrap();
        users::insert(&mut tx, &user(1), "x").await.unwrap();
        for n in 1..=3 {
            mails::insert(&mut tx, &mail(n)).await.unwrap();
        }
        let of = (&user(1).id, "verify");
        for (since_ms, n, at) in
            [(NOW, 3, Some(NOW)), (NOW, 4, None), (NOW + 1, 1, None)]
        {
            assert_eq!(mails::get_nth_since(&mut tx, of, since_ms, n).await.unwrap(), at);
        }
        let other = (&user(1).id, "invitation");
        assert_eq!(mails::get_nth_since(&mut tx, other, NOW, 1).await.unwrap(), None);
        assert_eq!(mails::list_due(&mut tx, NOW + 2, 9).await.unwrap(), [mail(1), mail(2)]);
        assert_eq!(mails::list_due(&mut tx, NOW + 3, 1).await.unwrap(), [mail(1)]);
        assert!(mails::claim(&mut tx, &mail(1), NOW + 100).await.unwrap());
        assert!(!mails::claim(&mut tx, &mail(1), NOW + 100).await.unwrap(), "somebody has it");
        assert_eq!(mails::list_due(&mut tx, NOW + 2, 9).await.unwrap(), [mail(2)]);
        let again = mails::list_due(&mut tx, NOW + 100, 9).await.unwrap();
        assert_eq!(again.last().map(|m| (m.attempts, m.next_at_ms)), Some((1, NOW + 100)));
        assert_eq!(mails::summary(&mut tx).await.unwrap(), (3, None));
        mails::update_failed(&mut tx, &mail(1).id, TRICKY, NOW + 500).await.unwrap();
        assert_eq!(mails::summary(&mut tx).await.unwrap(), (3, Some((NOW, TRICKY.to_owned()))));
        let (sent, failed) = ((MailState::Sent, None), (MailState::Failed, Some("no")));
        for (n, (state, failure)) in [(1, sent), (2, failed)] {
            mails::update_decided(&mut tx, &mail(n).id, state, failure, NOW + 9).await.unwrap();
        }
        assert_eq!(mails::list_due(&mut tx, i64::MAX, 9).await.unwrap(), [mail(3)]);
        assert_eq!(mails::summary(&mut tx).await.unwrap(), (1, Some((NOW, "no".to_owned()))));
        let sealed = crate::sealed::list(&mut tx, crate::sealed::Place::Mails, "", 9).await.unwrap();
        assert_eq!(sealed.len(), 1, "what was said is gone");
        assert_eq!(mails::delete_decided(&mut tx, NOW + 9).await.unwrap(), 0);
        assert_eq!(mails::delete_decided(&mut tx, NOW + 10).await.unwrap(), 2);
    }

    async fn mails_on_nobodys_account_wait_for_one_or_go(store: &Store) {
        let nobodys = |n: u8, address: &str| Mail {
            user_id: None,
            address: address.to_owned(),
            expires_at_ms: NOW + 1_000 * i64::from(n),
            ..mail(n)
        };
        let mut tx = store.begin().await.unwrap();
        users::insert(&mut tx, &user(1), "x").await.unwrap();
        let all = [mail(1), nobodys(2, "jon@example.com"), nobodys(3, "jon@example.com"), nobodys(4, "eve@example.com")];
        for mail in &all {
            mails::insert(&mut tx, mail).await.unwrap();
        }
        assert_eq!(mails::list_due(&mut tx, NOW + 9, 9).await.unwrap(), all);
        assert_eq!(mails::update_owner(&mut tx, "jon@example.com", &user(1).id).await.unwrap(), 2);
        assert_eq!(mails::update_owner(&mut tx, "jon@example.com", &user(1).id).await.unwrap(), 0);
        let due = mails::list_due(&mut tx, NOW + 9, 9).await.unwrap();
        assert_eq!(due.iter().filter(|mail| mail.user_id == Some(user(1).id)).count(), 3);
        assert_eq!(mails::delete_of_nobody(&mut tx, "jon@example.com").await.unwrap(), 0, "they are somebody's");
        mails::insert(&mut tx, &nobodys(5, "eve@example.com")).await.unwrap();
        mails::insert(&mut tx, &nobodys(6, "jon@example.com")).await.unwrap();
        assert_eq!(mails::delete_expired_of_nobody(&mut tx, NOW + 3_999).await.unwrap(), 0);
        assert_eq!(mails::delete_expired_of_nobody(&mut tx, NOW + 4_000).await.unwrap(), 1);
        assert_eq!(mails::delete_of_nobody(&mut tx, "eve@example.com").await.unwrap(), 1);
        assert_eq!(mails::list_due(&mut tx, NOW + 9, 9).await.unwrap().len(), 4);
    }

    async fn registrations_are_counted_and_used_once_until_they_end(store: &Store) {
        let (jon, eve) = ("jon@example.com", "eve@example.com");
        let mut tx = store.begin().await.unwrap();
        for (n, email) in [(1, jon), (2, jon), (3, eve), (4, jon)] {
            registrations::insert(&mut tx, &wanted(n, email)).await.unwrap();
        }
        let found = registrations::get(&mut tx, "hash1", NOW + 999).await.unwrap();
        assert_eq!(found, Some(wanted(1, jon)));
        assert_eq!(registrations::get(&mut tx, "hash1", NOW + 1_000).await.unwrap(), None);
        assert_eq!(registrations::count_since(&mut tx, jon, NOW).await.unwrap(), 3);
        assert_eq!(registrations::count_since(&mut tx, jon, NOW + 1).await.unwrap(), 2);
        assert_eq!(registrations::count_since(&mut tx, "ada@example.com", NOW).await.unwrap(), 0);
        assert!(registrations::delete(&mut tx, "hash1").await.unwrap());
        assert!(!registrations::delete(&mut tx, "hash1").await.unwrap());
        assert_eq!(registrations::delete_expired(&mut tx, NOW + 1_999).await.unwrap(), 0);
        assert_eq!(registrations::delete_expired(&mut tx, NOW + 2_000).await.unwrap(), 1);
        assert_eq!(registrations::delete_of_email(&mut tx, jon).await.unwrap(), 1);
        assert_eq!(registrations::get(&mut tx, "hash3", NOW).await.unwrap(), Some(wanted(3, eve)));
    }

    async fn links_work_once_for_one_purpose_and_a_while(store: &Store) {
        let mut tx = store.begin().await.unwrap();
        users::insert(&mut tx, &user(1), "x").await.unwrap();
        for n in 1..=3 {
            tokens::insert(&mut tx, &token(n, if n == 3 { "verify" } else { "reset" })).await.unwrap();
        }
        let found = tokens::get(&mut tx, "hash1", "reset", NOW + 999).await.unwrap();
        assert_eq!(found, Some(token(1, "reset")));
        assert_eq!(tokens::get(&mut tx, "hash1", "verify", NOW).await.unwrap(), None);
        assert_eq!(tokens::get(&mut tx, "hash1", "reset", NOW + 1_000).await.unwrap(), None);
        let made = tokens::list_since(&mut tx, &user(1).id, "reset", NOW).await.unwrap();
        assert_eq!(made, [NOW + 1, NOW + 2]);
        let made = tokens::list_since(&mut tx, &user(1).id, "reset", NOW + 1).await.unwrap();
        assert_eq!(made, [NOW + 2]);
        assert!(tokens::delete(&mut tx, "hash1").await.unwrap());
        assert!(!tokens::delete(&mut tx, "hash1").await.unwrap());
        assert_eq!(tokens::delete_of_user(&mut tx, &user(2).id, "reset").await.unwrap(), 0);
        assert_eq!(tokens::delete_of_user(&mut tx, &user(1).id, "reset").await.unwrap(), 1);
        assert_eq!(tokens::delete_expired(&mut tx, NOW + 999).await.unwrap(), 0);
        assert_eq!(tokens::delete_expired(&mut tx, NOW + 1_000).await.unwrap(), 1);
    }

    async fn invitations_are_found_by_hash_until_they_end(store: &Store) {
        let [one, two] = tenants(store, [&[], &[]]).await;
        let invitation = |n: u8| Invitation {
            workspace_id: one.id.clone(),
            id: InvitationId::new(NOW + i64::from(n), [n; 10]),
            email: if n == 1 { "jon@example.com".to_owned() } else { String::new() },
            role: (n == 1).then_some(Role::Admin),
            mailed: n == 1,
            invited_by: user(n).id.to_string(),
            created_at_ms: NOW,
            expires_at_ms: NOW + 1_000 * i64::from(n),
        };
        let mut tx = store.begin().await.unwrap();
        for n in 1..=2 {
            invitations::insert(&mut tx, &invitation(n), &format!("hash{n}")).await.unwrap();
        }
        let found = invitations::get_by_hash(&mut tx, "hash1", NOW + 999).await.unwrap();
        assert_eq!(found, Some(invitation(1)));
        assert_eq!(invitations::get_by_hash(&mut tx, "hash1", NOW + 1_000).await.unwrap(), None);
        let all = invitations::list(&mut tx, &one.id, NOW, 9).await.unwrap();
        assert_eq!(all, [invitation(2), invitation(1)]);
        let all = invitations::list(&mut tx, &one.id, NOW + 1_000, 9).await.unwrap();
        assert_eq!(all, [invitation(2)]);
        assert!(invitations::list(&mut tx, &two.id, NOW, 9).await.unwrap().is_empty());
        invitations::insert(&mut tx, &invitation(3), "hash3").await.unwrap();
        assert_eq!(invitations::delete_by(&mut tx, &user(3).id).await.unwrap(), 1);
        assert!(!invitations::delete(&mut tx, &two.id, &invitation(2).id).await.unwrap());
        assert!(invitations::delete(&mut tx, &one.id, &invitation(2).id).await.unwrap());
        assert!(!invitations::delete(&mut tx, &one.id, &invitation(2).id).await.unwrap());
        assert_eq!(invitations::delete_expired(&mut tx, NOW + 999).await.unwrap(), 0);
        assert_eq!(invitations::delete_expired(&mut tx, NOW + 1_000).await.unwrap(), 1);
    }

    async fn failures_are_counted_until_the_subject_is_shut_or_forgotten(store: &Store) {
        let mut tx = store.begin().await.unwrap();
        for n in 1..=3 {
            let counted = login_failures::count(&mut tx, "a", (NOW + n, NOW)).await.unwrap();
            assert_eq!(counted, Some(n));
        }
        assert_eq!(login_failures::get_blocked(&mut tx, "a", NOW).await.unwrap(), None);
        login_failures::update_blocked(&mut tx, "a", NOW + 50).await.unwrap();
        assert_eq!(login_failures::get_blocked(&mut tx, "a", NOW + 49).await.unwrap(), Some(NOW + 50));
        assert_eq!(login_failures::get_blocked(&mut tx, "a", NOW + 50).await.unwrap(), None);
        assert_eq!(login_failures::count(&mut tx, "a", (NOW + 49, NOW)).await.unwrap(), None);
        assert_eq!(login_failures::count(&mut tx, "a", (NOW + 50, NOW)).await.unwrap(), Some(4));
        login_failures::update_blocked(&mut tx, "a", NOW + 90).await.unwrap();
        login_failures::uncount(&mut tx, "a").await.unwrap();
        assert_eq!(login_failures::count(&mut tx, "a", (NOW + 60, NOW)).await.unwrap(), Some(4));
        let later = login_failures::count(&mut tx, "a", (NOW + 99, NOW + 61)).await.unwrap();
        assert_eq!(later, Some(1), "the earlier ones are forgotten");
        assert_eq!(login_failures::count(&mut tx, "b", (NOW + 1, NOW)).await.unwrap(), Some(1));
        assert_eq!(login_failures::delete_before(&mut tx, NOW + 2).await.unwrap(), 1);
        login_failures::delete(&mut tx, "a").await.unwrap();
        assert_eq!(login_failures::count(&mut tx, "a", (NOW + 99, NOW)).await.unwrap(), Some(1));
    }
}
