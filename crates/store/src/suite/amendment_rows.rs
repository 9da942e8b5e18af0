use model::score::Evidence;
use model::{
    Amendment, AmendmentId, CertificateId, Currency, DAY_MS, Direction, Party, PaymentId,
    PaymentStatus, Rail, WorkspaceId, quarter_of,
};

use super::{NOW, TRICKY, agent, both_engines, certificate, payment, tenants, workspace};
use crate::amendments::NewAmendment;
use crate::certificates::NoticeTimes;
use crate::periods::LocalPeriod;
use crate::rollups::RollupKey;
use crate::{Store, amendments, certificates, evidence, jobs, payments, rollups};

/// Where the payments of this file are, which look at quarters only.
const PERIOD: LocalPeriod = LocalPeriod { day: 20_740, month: 20_727 };

fn amendment(of: &WorkspaceId, payment: &PaymentId, n: u8, from: PaymentStatus) -> NewAmendment {
    NewAmendment {
        workspace_id: of.clone(),
        amendment: Amendment {
            id: AmendmentId::new(NOW + i64::from(n), [n; 10]),
            payment_id: payment.clone(),
            from,
            to: PaymentStatus::Late,
            resolution: (n == 1).then(|| TRICKY.to_owned()),
            party: Party::ALL[usize::from(n) % Party::ALL.len()],
            amended_at_ms: NOW + i64::from(n),
        },
        amended_by: "key_1".to_owned(),
        via: "api_key".to_owned(),
        salt: "salt".to_owned(),
        leaf_hash: "leaf".to_owned(),
    }
}

both_engines! {
    async fn amendments_are_listed_oldest_first(store: &Store) {
        let (one, two) = (workspace(1).id, workspace(2).id);
        let (a, b) = (PaymentId::new(NOW, [1; 10]), PaymentId::new(NOW, [2; 10]));
        let first = amendment(&one, &a, 1, PaymentStatus::Paid);
        let second = amendment(&one, &a, 2, PaymentStatus::Missed);
        let mut tx = store.begin().await.unwrap();
        amendments::insert(&mut tx, &first).await.unwrap();
        assert!(!amendments::was_missed(&mut tx, &one, &a).await.unwrap());
        amendments::insert(&mut tx, &second).await.unwrap();
        amendments::insert(&mut tx, &amendment(&one, &b, 3, PaymentStatus::Paid)).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        assert!(amendments::was_missed(&mut conn, &one, &a).await.unwrap());
        assert!(!amendments::was_missed(&mut conn, &one, &b).await.unwrap());
        assert!(!amendments::was_missed(&mut conn, &two, &a).await.unwrap());
        let both = [first.amendment, second.amendment];
        assert_eq!(amendments::list(&mut conn, &one, &a, 9).await.unwrap(), both);
        assert_eq!(amendments::list(&mut conn, &one, &a, 1).await.unwrap(), both[1..]);
        assert!(amendments::list(&mut conn, &two, &a, 9).await.unwrap().is_empty());
    }

    async fn a_status_is_changed_once_and_the_first_one_remembered(store: &Store) {
        use PaymentStatus::{Disputed, Late};
        let [one, two] = tenants(store, [&[1], &[2]]).await;
        let new = payment(&one.id, &agent(1), 2);
        let (id, before) = (&new.payment.id, new.payment.status);
        let mut tx = store.begin().await.unwrap();
        payments::insert_all(&mut tx, std::slice::from_ref(&new)).await.unwrap();
        assert_eq!(payments::get(&mut tx, &one.id, id).await.unwrap(), Some(new.payment.clone()));
        assert_eq!(payments::get(&mut tx, &two.id, id).await.unwrap(), None);
        assert_eq!(payments::get_disputed_of_any(&mut tx, id).await.unwrap(), None);
        let change = (before, Disputed);
        assert!(!payments::update_status(&mut tx, &two.id, id, change).await.unwrap());
        assert!(payments::update_status(&mut tx, &one.id, id, change).await.unwrap());
        assert!(!payments::update_status(&mut tx, &one.id, id, change).await.unwrap(), "twice");
        let disputed = payments::get_disputed_of_any(&mut tx, id).await.unwrap();
        assert_eq!(disputed, Some((one.id.clone(), Some(TRICKY.to_owned()))));
        assert!(payments::update_status(&mut tx, &one.id, id, (Disputed, Late)).await.unwrap());
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        assert_eq!(payments::get(&mut conn, &one.id, id).await.unwrap().unwrap().status, Late);
        let first = payments::list_by_id(&mut conn, &[(&one.id, id.as_str())]).await.unwrap();
        assert_eq!(first, std::slice::from_ref(&new.payment), "as first recorded");
        let reference = new.payment.reference.as_deref().unwrap();
        let asked = [(&one.id, &new.payment.agent_id, reference)];
        assert_eq!(payments::list_by_reference(&mut conn, &asked).await.unwrap(), [new.payment]);
    }

    async fn what_a_payment_leaves_is_gone(store: &Store) {
        let one = workspace(1).id;
        let (a, b) = (agent(1).id, agent(2).id);
        let of = |status, count: i64| Evidence {
            recorded_day: 20_000,
            event_day: 19_999,
            status,
            self_payment: false,
            known_currency: true,
            count,
            weight_sum: 7 * count,
            value_sum: 9 * count,
        };
        let key = |status| RollupKey {
            workspace_id: one.clone(),
            agent_id: a.clone(),
            quarter_ms: quarter_of(NOW),
            currency: Currency::EUR,
            direction: Direction::Sent,
            rail: Rail::Tracked,
            status,
        };
        use PaymentStatus::{Late, Paid};
        let mut tx = store.begin().await.unwrap();
        let rows = [(&one, &a, of(Paid, 1)), (&one, &a, of(Late, 2)), (&one, &b, of(Paid, 1))];
        evidence::add_all(&mut tx, &rows).await.unwrap();
        evidence::add_all(&mut tx, &[(&one, &a, of(Paid, -1)), (&one, &a, of(Late, -1))]).await.unwrap();
        evidence::delete_empty(&mut tx, &one, &a, 20_000).await.unwrap();
        let both = evidence::list_of(&mut tx, &[(&one, &a), (&one, &b)]).await.unwrap();
        assert_eq!(both, [(a.clone(), of(Late, 1)), (b.clone(), of(Paid, 1))]);
        assert!(evidence::list_of(&mut tx, &[]).await.unwrap().is_empty());
        let huge = i128::from(i64::MAX) + 1;
        rollups::add_all(&mut tx, &[(key(Paid), PERIOD, 1, 1_500_000_001), (key(Late), PERIOD, 2, huge)]).await.unwrap();
        rollups::add_all(&mut tx, &[(key(Paid), PERIOD, -1, -1_500_000_001), (key(Late), PERIOD, -1, -2)]).await.unwrap();
        rollups::delete_empty(&mut tx, &key(Paid)).await.unwrap();
        rollups::delete_empty(&mut tx, &key(Late)).await.unwrap();
        let totals = rollups::list_totals(&mut tx, &one, 0, i64::MAX).await.unwrap();
        assert_eq!(totals.len(), 1);
        assert_eq!((totals[0].count, totals[0].micros), (1, huge - 2));
    }

    async fn a_job_is_claimed_once_for_each_of_its_times(store: &Store) {
        let claim = async |due, now: i64| {
            let mut tx = store.begin().await.unwrap();
            let claimed = jobs::claim(&mut tx, "night", due, (now, now + 10)).await.unwrap();
            tx.commit().await.unwrap();
            claimed
        };
        assert!(claim(100, 101).await);
        assert!(!claim(100, 102).await, "somebody has it in hand");
        assert!(claim(100, 111).await, "who had it died");
        let mut tx = store.begin().await.unwrap();
        jobs::update_lease(&mut tx, "night", 500).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!claim(100, 499).await);
        let mut tx = store.begin().await.unwrap();
        jobs::update_done(&mut tx, "night", 100).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!claim(100, 600).await, "done");
        assert!(claim(200, 600).await, "the next night");
    }

    async fn certificates_in_force_are_found_over_all_workspaces(store: &Store) {
        let [one, two] = tenants(store, [&[1, 2, 3], &[4, 5]]).await;
        let mut tx = store.begin().await.unwrap();
        for (n, of) in [(1, 1), (2, 2), (3, 3)] {
            certificates::insert(&mut tx, &one.id, &certificate(n, &agent(of))).await.unwrap();
        }
        certificates::insert(&mut tx, &two.id, &certificate(4, &agent(4))).await.unwrap();
        certificates::update_superseded(&mut tx, &one.id, &agent(3).id, NOW).await.unwrap();
        let first = certificate(1, &agent(1)).id;
        assert!(!certificates::update_suspended(&mut tx, &two.id, &first, NOW).await.unwrap());
        assert!(certificates::update_suspended(&mut tx, &one.id, &first, NOW).await.unwrap());
        assert!(!certificates::update_suspended(&mut tx, &one.id, &first, NOW).await.unwrap());
        let late = certificate(2, &agent(2));
        let ended = late.valid_until_ms;
        assert!(!certificates::update_suspended(&mut tx, &one.id, &late.id, ended).await.unwrap());
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let ids = |found: Vec<(WorkspaceId, model::Certificate)>| -> Vec<CertificateId> {
            found.into_iter().map(|(_, c)| c.id).collect()
        };
        let all = certificates::list_in_force(&mut conn, NOW, "", 9).await.unwrap();
        assert_eq!(all[1], (two.id.clone(), certificate(4, &agent(4))));
        assert_eq!(ids(all), [late.id.clone(), certificate(4, &agent(4)).id]);
        let after = certificates::list_in_force(&mut conn, NOW, late.id.as_str(), 9).await.unwrap();
        assert_eq!(ids(after), [certificate(4, &agent(4)).id]);
        let after = certificates::list_in_force(&mut conn, ended, "", 9).await.unwrap();
        assert_eq!(ids(after), [certificate(4, &agent(4)).id], "the other one has ended");
    }

    async fn a_notice_is_due_until_it_was_given(store: &Store) {
        let [one, _] = tenants(store, [&[1, 2, 3], &[]]).await;
        let mut tx = store.begin().await.unwrap();
        for n in [1, 5, 30] {
            certificates::insert(&mut tx, &one.id, &certificate(n, &agent(1))).await.unwrap();
        }
        let times = |days: i64| NoticeTimes {
            now_ms: NOW + days * DAY_MS,
            first_until_ms: NOW + (days + 14) * DAY_MS,
            second_until_ms: NOW + (days + 3) * DAY_MS,
        };
        let due = certificates::list_to_notify(&mut tx, times(-20), 9).await.unwrap();
        assert!(due.is_empty());
        let due = certificates::list_to_notify(&mut tx, times(0), 9).await.unwrap();
        assert_eq!(due.len(), 2);
        assert_eq!(certificates::list_to_notify(&mut tx, times(0), 1).await.unwrap().len(), 1);
        let id = certificate(5, &agent(1)).id;
        assert!(certificates::update_notice(&mut tx, &one.id, &id, 1).await.unwrap());
        assert!(!certificates::update_notice(&mut tx, &one.id, &id, 1).await.unwrap());
        let due = certificates::list_to_notify(&mut tx, times(0), 9).await.unwrap();
        assert_eq!(due.len(), 1, "one day before its end");
        assert_eq!(due[0].1.id, certificate(1, &agent(1)).id);
        let due = certificates::list_to_notify(&mut tx, times(4), 9).await.unwrap();
        assert_eq!(due.len(), 2, "the second notice of the one, the end of the other");
        assert!(certificates::update_notice(&mut tx, &one.id, &id, 3).await.unwrap());
        assert_eq!(certificates::list_to_notify(&mut tx, times(9), 9).await.unwrap().len(), 1);
    }
}
