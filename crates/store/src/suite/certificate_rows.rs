use model::score::Ceiling;
use model::{AgentStatus, Certificate, CertificateId, CertificateState, DAY_MS};

use super::{NOW, TRICKY, agent, both_engines, certificate, tenants};
use crate::certificates::CertificateFilter;
use crate::{Store, agents, certificates};

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

    async fn what_is_suspended_or_ends_soon_is_listed_most_urgent_first(store: &Store) {
        let [one, two] = tenants(store, [&[1, 2, 3, 4, 6, 7, 8], &[5]]).await;
        let mut tx = store.begin().await.unwrap();
        for (n, of) in [(3, 1), (1, 2), (2, 3), (4, 4), (7, 7), (8, 8)] {
            certificates::insert(&mut tx, &one.id, &certificate(n, &agent(of))).await.unwrap();
        }
        let ended = Certificate { valid_until_ms: NOW - 1, ..certificate(6, &agent(6)) };
        certificates::insert(&mut tx, &one.id, &ended).await.unwrap();
        certificates::insert(&mut tx, &two.id, &certificate(5, &agent(5))).await.unwrap();
        certificates::update_superseded(&mut tx, &one.id, &agent(3).id, NOW).await.unwrap();
        for n in [7, 8] {
            let id = certificate(n, &agent(n)).id;
            assert!(certificates::update_suspended(&mut tx, &one.id, &id, NOW).await.unwrap());
        }
        let archived = (AgentStatus::Active, AgentStatus::Archived);
        agents::update_status(&mut tx, &one.id, &agent(8).id, archived).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let span = (NOW, NOW + 4 * DAY_MS);
        let urgent = certificates::list_urgent(&mut conn, &one.id, span, 9).await.unwrap();
        let found: Vec<_> = urgent.iter().map(|u| (u.agent_name.clone(), u.certificate.id.clone())).collect();
        let expected = [(7, 7), (1, 2), (3, 1)].map(|(n, of)| {
            (agent(of).name, certificate(n, &agent(of)).id)
        });
        assert_eq!(found, expected, "suspended first; neither replaced ones nor the one at the limit");
        let first = certificates::list_urgent(&mut conn, &one.id, span, 1).await.unwrap();
        assert_eq!(first, urgent[..1]);
        let earlier = (NOW - 1, NOW + DAY_MS);
        let ended = certificates::list_urgent(&mut conn, &one.id, earlier, 9).await.unwrap();
        assert_eq!(ended[1].agent_name, "Bot 6");
        let mut tx = store.begin().await.unwrap();
        certificates::update_revoked(&mut tx, &one.id, &agent(2).id, NOW).await.unwrap();
        let urgent = certificates::list_urgent(&mut tx, &one.id, span, 9).await.unwrap();
        assert_eq!(urgent.len(), 2);
    }

    async fn one_is_revoked_with_the_first_reason_and_found_by_its_id(store: &Store) {
        let [one, two] = tenants(store, [&[1], &[2]]).await;
        let mut tx = store.begin().await.unwrap();
        certificates::insert(&mut tx, &one.id, &certificate(1, &agent(1))).await.unwrap();
        certificates::insert(&mut tx, &one.id, &certificate(2, &agent(1))).await.unwrap();
        let (id, why) = (certificate(1, &agent(1)).id, TRICKY);
        let revoke = (NOW + 5, why);
        assert!(!certificates::update_revoked_one(&mut tx, &two.id, &id, revoke).await.unwrap());
        assert!(certificates::update_revoked_one(&mut tx, &one.id, &id, revoke).await.unwrap());
        let again = (NOW + 6, "other");
        assert!(!certificates::update_revoked_one(&mut tx, &one.id, &id, again).await.unwrap());
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let found = certificates::get_of_any(&mut conn, id.as_str()).await.unwrap().unwrap();
        assert_eq!((found.workspace_id, found.agent_name.as_str()), (one.id.clone(), "Bot 1"));
        assert!(!found.agent_deleted);
        let end = (found.certificate.revoked_at_ms, found.certificate.revoked_reason.as_deref());
        assert_eq!(end, (Some(NOW + 5), Some(why)));
        assert!(certificates::get_of_any(&mut conn, "crt_none").await.unwrap().is_none());
        assert!(certificates::get(&mut conn, &one.id, id.as_str()).await.unwrap().is_some());
        assert!(certificates::get(&mut conn, &two.id, id.as_str()).await.unwrap().is_none());
        let mut tx = store.begin().await.unwrap();
        agents::delete(&mut tx, &one.id, &agent(1).id, NOW).await.unwrap();
        let found = certificates::get(&mut tx, &one.id, id.as_str()).await.unwrap().unwrap();
        assert!(found.agent_deleted);
    }

    async fn a_workspace_lists_its_certificates_by_state_and_agent(store: &Store) {
        let [one, two] = tenants(store, [&[1, 2, 3, 4, 5], &[6]]).await;
        let mut tx = store.begin().await.unwrap();
        for n in 1..=5 {
            let mut held = certificate(n, &agent(n));
            held.valid_until_ms = if n == 2 { NOW } else { NOW + DAY_MS };
            certificates::insert(&mut tx, &one.id, &held).await.unwrap();
        }
        certificates::insert(&mut tx, &two.id, &certificate(6, &agent(6))).await.unwrap();
        certificates::update_superseded(&mut tx, &one.id, &agent(3).id, NOW).await.unwrap();
        certificates::update_revoked(&mut tx, &one.id, &agent(4).id, NOW).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let id = |n: u8| certificate(n, &agent(n)).id;
        let listed = async |conn: &mut crate::Conn, filter: CertificateFilter<'_>, limit: i64| {
            let found = certificates::list_named(conn, &one.id, filter, (NOW, limit)).await.unwrap();
            found.into_iter().map(|c| c.certificate.id).collect::<Vec<_>>()
        };
        let all = CertificateFilter::default();
        assert_eq!(listed(&mut conn, all, 2).await, [id(5), id(4)]);
        let (before, of) = (id(4), agent(3).id);
        let older = CertificateFilter { before: Some(before.as_str()), ..all };
        assert_eq!(listed(&mut conn, older, 9).await, [id(3), id(2), id(1)]);
        let of_agent = CertificateFilter { agent: Some(&of), ..all };
        assert_eq!(listed(&mut conn, of_agent, 9).await, [id(3)]);
        for (state, expected) in [
            (CertificateState::Valid, vec![id(5), id(1)]),
            (CertificateState::Expired, vec![id(2)]),
            (CertificateState::Superseded, vec![id(3)]),
            (CertificateState::Revoked, vec![id(4)]),
            (CertificateState::Suspended, vec![]),
        ] {
            let in_state = CertificateFilter { state: Some(state), ..all };
            assert_eq!(listed(&mut conn, in_state, 9).await, expected, "{state}");
        }
    }
}
