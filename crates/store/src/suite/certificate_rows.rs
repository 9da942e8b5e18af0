use model::score::Ceiling;
use model::{Certificate, CertificateId, DAY_MS};

use super::{NOW, agent, both_engines, certificate, tenants};
use crate::{Store, certificates};

fn ids(certificates: &[Certificate]) -> Vec<CertificateId> {
    certificates.iter().map(|c| c.id.clone()).collect()
}

both_engines! {
    async fn certificates_read_back_to_the_last_bit_and_newest_first(store: &Store) {
        let [one, two] = tenants(store, [&[1, 2], &[3]]).await;
        let mut capped = certificate(2, &agent(1));
        capped.ceiling = Some(Ceiling::ALL[0]);
        let mut tx = store.begin().await.unwrap();
        certificates::insert(&mut tx, &one.id, &certificate(1, &agent(1))).await.unwrap();
        certificates::insert(&mut tx, &one.id, &capped).await.unwrap();
        certificates::insert(&mut tx, &one.id, &certificate(3, &agent(1))).await.unwrap();
        certificates::insert(&mut tx, &two.id, &certificate(4, &agent(3))).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let listed = certificates::list(&mut conn, &one.id, &agent(1).id, 9).await.unwrap();
        assert_eq!(listed, [certificate(3, &agent(1)), capped, certificate(1, &agent(1))]);
        let newest = certificates::list(&mut conn, &one.id, &agent(1).id, 1).await.unwrap();
        assert_eq!(ids(&newest), [certificate(3, &agent(1)).id]);
        assert!(certificates::list(&mut conn, &one.id, &agent(2).id, 9).await.unwrap().is_empty());
        assert!(certificates::list(&mut conn, &one.id, &agent(3).id, 9).await.unwrap().is_empty());

        let (a, b, c) = (agent(1).id, agent(2).id, agent(3).id);
        let newest = certificates::list_newest(&mut conn, &one.id, &[&a, &b, &c]).await.unwrap();
        assert_eq!(newest, [certificate(3, &agent(1))]);
        let newest = certificates::list_newest(&mut conn, &two.id, &[&a, &b, &c]).await.unwrap();
        assert_eq!(newest, [certificate(4, &agent(3))]);
        assert!(certificates::list_newest(&mut conn, &one.id, &[]).await.unwrap().is_empty());

        let mut tx = store.begin().await.unwrap();
        let again = certificates::insert(&mut tx, &two.id, &certificate(1, &agent(3))).await;
        assert!(again.unwrap_err().is_unique_violation());
    }

    async fn superseding_and_revoking_keep_the_first_time(store: &Store) {
        let [one, two] = tenants(store, [&[1, 2], &[]]).await;
        let mut tx = store.begin().await.unwrap();
        certificates::insert(&mut tx, &one.id, &certificate(1, &agent(1))).await.unwrap();
        certificates::insert(&mut tx, &one.id, &certificate(9, &agent(2))).await.unwrap();
        let a = agent(1).id;
        certificates::update_superseded(&mut tx, &two.id, &a, NOW).await.unwrap();
        certificates::update_superseded(&mut tx, &one.id, &a, NOW + 1).await.unwrap();
        certificates::update_superseded(&mut tx, &one.id, &a, NOW + 2).await.unwrap();
        certificates::insert(&mut tx, &one.id, &certificate(2, &agent(1))).await.unwrap();
        certificates::update_revoked(&mut tx, &two.id, &a, NOW).await.unwrap();
        certificates::update_revoked(&mut tx, &one.id, &a, NOW + 3).await.unwrap();
        certificates::update_revoked(&mut tx, &one.id, &a, NOW + 4).await.unwrap();
        certificates::update_superseded(&mut tx, &one.id, &a, NOW + 5).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let listed = certificates::list(&mut conn, &one.id, &a, 9).await.unwrap();
        let ends: Vec<_> = listed.iter().map(|c| (c.superseded_at_ms, c.revoked_at_ms)).collect();
        assert_eq!(ends, [(None, Some(NOW + 3)), (Some(NOW + 1), Some(NOW + 3))]);
        let other = certificates::list(&mut conn, &one.id, &agent(2).id, 9).await.unwrap();
        assert_eq!(other, [certificate(9, &agent(2))]);
    }

    async fn what_ends_soon_is_listed_first_ending_first(store: &Store) {
        let [one, two] = tenants(store, [&[1, 2, 3, 4], &[5]]).await;
        let mut tx = store.begin().await.unwrap();
        for (n, of) in [(3, 1), (1, 2), (2, 3), (4, 4)] {
            certificates::insert(&mut tx, &one.id, &certificate(n, &agent(of))).await.unwrap();
        }
        certificates::insert(&mut tx, &two.id, &certificate(5, &agent(5))).await.unwrap();
        certificates::update_superseded(&mut tx, &one.id, &agent(3).id, NOW).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let until = NOW + 4 * DAY_MS;
        let ending = certificates::list_ending(&mut conn, &one.id, until, 9).await.unwrap();
        let expected = [certificate(1, &agent(2)).id, certificate(3, &agent(1)).id];
        assert_eq!(ids(&ending), expected, "not the replaced one, and not the one at the limit");
        let first = certificates::list_ending(&mut conn, &one.id, until, 1).await.unwrap();
        assert_eq!(ids(&first), expected[..1]);
        let mut tx = store.begin().await.unwrap();
        certificates::update_revoked(&mut tx, &one.id, &agent(2).id, NOW).await.unwrap();
        let ending = certificates::list_ending(&mut tx, &one.id, until, 9).await.unwrap();
        assert_eq!(ids(&ending), expected[1..]);
    }
}
