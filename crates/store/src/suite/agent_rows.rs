use model::{Agent, AgentId, AgentStatus, Framework, PaymentStats, Visibility};

use super::{NOW, TRICKY, agent, both_engines, tenants};
use crate::agents::AgentRef;
use crate::{Store, agents};

fn ids(agents: &[Agent]) -> Vec<AgentId> {
    agents.iter().map(|a| a.id.clone()).collect()
}

both_engines! {
    async fn an_agent_is_found_by_each_of_its_three_ids_in_its_workspace_only(store: &Store) {
        let [one, two] = tenants(store, [&[1, 2], &[3]]).await;
        let mut conn = store.read().await.unwrap();
        let own = agent(1);
        for text in [own.id.as_str(), &own.external_id, &own.gopi_id] {
            let named = AgentRef::of(text);
            let found = agents::get(&mut conn, &one.id, named).await.unwrap();
            assert_eq!(found, Some(own.clone()), "{text}");
            assert_eq!(agents::get(&mut conn, &two.id, named).await.unwrap(), None, "{text}");
            let found = agents::get_of_any(&mut conn, named).await.unwrap();
            assert_eq!(found, Some((one.id.clone(), own.clone())), "{text}");
        }
        for text in ["", "agt_", "gopi_lch_ffffffff", "nobody-00000000", TRICKY] {
            let found = agents::get_of_any(&mut conn, AgentRef::of(text)).await.unwrap();
            assert!(found.is_none(), "{text}");
        }
    }

    async fn ids_are_unique_over_all_workspaces(store: &Store) {
        let [_, two] = tenants(store, [&[1], &[]]).await;
        for take in 0..3 {
            let (old, mut new) = (agent(1), agent(9));
            match take {
                0 => new.id = old.id,
                1 => new.external_id = old.external_id,
                _ => new.gopi_id = old.gopi_id,
            }
            let mut tx = store.begin().await.unwrap();
            let error = agents::insert(&mut tx, &two.id, &new).await.unwrap_err();
            assert!(error.is_unique_violation(), "{take}: {error}");
        }
    }

    async fn agents_are_listed_newest_first_by_page_and_counted(store: &Store) {
        let [one, two] = tenants(store, [&[1, 2, 3, 4, 5], &[6]]).await;
        let mut conn = store.read().await.unwrap();
        let first = agents::list(&mut conn, &one.id, None, 2).await.unwrap();
        assert_eq!(ids(&first), [agent(5).id, agent(4).id]);
        let before = first[1].id.as_str();
        let second = agents::list(&mut conn, &one.id, Some(before), 2).await.unwrap();
        assert_eq!(ids(&second), [agent(3).id, agent(2).id]);
        let before = second[1].id.as_str();
        let last = agents::list(&mut conn, &one.id, Some(before), 2).await.unwrap();
        assert_eq!(ids(&last), [agent(1).id]);
        assert_eq!(agents::list(&mut conn, &two.id, None, 9).await.unwrap(), [agent(6)]);
        assert_eq!(agents::count(&mut conn, &one.id).await.unwrap(), 5);

        let mut tx = store.begin().await.unwrap();
        assert!(agents::delete(&mut tx, &one.id, &agent(3).id, NOW).await.unwrap());
        tx.commit().await.unwrap();
        let left = agents::list(&mut conn, &one.id, None, 9).await.unwrap();
        assert_eq!(ids(&left), [agent(5).id, agent(4).id, agent(2).id, agent(1).id]);
        assert_eq!(agents::count(&mut conn, &one.id).await.unwrap(), 4);
        assert_eq!(agents::count(&mut conn, &two.id).await.unwrap(), 1);
    }

    async fn an_update_changes_what_an_owner_may_change_and_nothing_foreign(store: &Store) {
        let [one, two] = tenants(store, [&[1, 2], &[]]).await;
        let mut changed = agent(1);
        changed.name = TRICKY.to_owned();
        changed.description = String::new();
        changed.framework = Framework::Anthropic;
        changed.visibility = Visibility::Private;
        let mut smuggled = changed.clone();
        smuggled.external_id = "taken".to_owned();
        smuggled.stats.total = 1_000;
        smuggled.created_at_ms = 0;
        let mut tx = store.begin().await.unwrap();
        assert!(!agents::update(&mut tx, &two.id, &smuggled).await.unwrap());
        assert!(agents::update(&mut tx, &one.id, &smuggled).await.unwrap());
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let id = agent(1).id;
        let found = agents::get(&mut conn, &one.id, AgentRef::Id(id.as_str())).await.unwrap();
        assert_eq!(found, Some(changed.clone()));
        let other = agents::list(&mut conn, &one.id, None, 1).await.unwrap();
        assert_eq!(other, [agent(2)]);

        let mut tx = store.begin().await.unwrap();
        assert!(!agents::delete(&mut tx, &two.id, &id, NOW).await.unwrap());
        assert!(agents::delete(&mut tx, &one.id, &id, NOW).await.unwrap());
        assert!(!agents::delete(&mut tx, &one.id, &id, NOW).await.unwrap());
        assert!(!agents::update(&mut tx, &one.id, &changed).await.unwrap());
        tx.commit().await.unwrap();
        for text in [id.as_str(), &changed.external_id, &changed.gopi_id] {
            let found = agents::get_of_any(&mut conn, AgentRef::of(text)).await.unwrap();
            assert!(found.is_none(), "{text}");
        }
    }

    async fn counters_add_up_on_active_agents_of_the_named_workspace(store: &Store) {
        let [one, two] = tenants(store, [&[1, 2, 3], &[4]]).await;
        let mut tx = store.begin().await.unwrap();
        agents::delete(&mut tx, &one.id, &agent(3).id, NOW).await.unwrap();
        let stats = PaymentStats { total: i64::MAX / 4, autonomous: 3, on_time: 2, received: 1 };
        let (a, b, c, d) = (agent(1).id, agent(2).id, agent(3).id, agent(4).id);
        let rows = [(&one.id, &a, stats), (&one.id, &b, stats), (&one.id, &c, stats), (&one.id, &d, stats)];
        assert_eq!(agents::add_stats(&mut tx, &rows).await.unwrap(), 2);
        assert_eq!(agents::add_stats(&mut tx, &rows[..1]).await.unwrap(), 1);
        assert_eq!(agents::add_stats(&mut tx, &[]).await.unwrap(), 0);
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let listed = agents::list(&mut conn, &one.id, None, 9).await.unwrap();
        assert_eq!(listed[0].stats, stats);
        let twice = PaymentStats { total: i64::MAX / 4 * 2, autonomous: 6, on_time: 4, received: 2 };
        assert_eq!(listed[1].stats, twice);
        let foreign = agents::list(&mut conn, &two.id, None, 9).await.unwrap();
        assert_eq!(foreign[0].stats, PaymentStats::default());
    }

    async fn active_and_own_agents_are_told_from_gone_and_foreign_ones(store: &Store) {
        let [one, two] = tenants(store, [&[1, 2], &[3]]).await;
        let mut tx = store.begin().await.unwrap();
        agents::delete(&mut tx, &one.id, &agent(2).id, NOW).await.unwrap();
        let (a, b, c, nobody) = (agent(1), agent(2), agent(3), agent(9));
        let asked = [(&one.id, &a.id), (&one.id, &b.id), (&one.id, &c.id), (&two.id, &c.id), (&one.id, &nobody.id)];
        let mut active = agents::list_active(&mut tx, &asked).await.unwrap();
        active.sort();
        assert_eq!(active, [a.id.clone(), c.id.clone()]);
        assert!(agents::list_active(&mut tx, &asked[2..3]).await.unwrap().is_empty(), "foreign");
        assert!(agents::list_active(&mut tx, &[]).await.unwrap().is_empty());

        let names = [
            (&one.id, a.id.as_str()),
            (&one.id, a.external_id.as_str()),
            (&one.id, a.gopi_id.as_str()),
            // Deleted, and still the same workspace's: a payment to it goes to oneself.
            (&one.id, b.gopi_id.as_str()),
            (&one.id, c.gopi_id.as_str()),
            (&two.id, c.gopi_id.as_str()),
            (&two.id, a.external_id.as_str()),
            (&one.id, TRICKY),
        ];
        let mut own = agents::list_own(&mut tx, &names).await.unwrap();
        own.sort();
        let mut expected: Vec<_> = [0, 1, 2, 3, 5]
            .into_iter()
            .map(|at: usize| (names[at].0.clone(), names[at].1.to_owned()))
            .collect();
        expected.sort();
        assert_eq!(own, expected);
        assert!(agents::list_own(&mut tx, &[]).await.unwrap().is_empty());
    }

    async fn a_stored_word_that_nobody_knows_is_an_error_and_not_a_guess(store: &Store) {
        let [one, _] = tenants(store, [&[1], &[]]).await;
        let mut tx = store.begin().await.unwrap();
        let sql = "UPDATE agents SET framework = 'cobol'";
        crate::engine::on_db!(tx, c => sqlx::query(sql).execute(c).await.map(drop)).unwrap();
        let error = agents::list(&mut tx, &one.id, None, 1).await.unwrap_err();
        assert_eq!(error.to_string(), r#"stored framework "cobol" is not known"#);
        assert_eq!(agent(1).status, AgentStatus::Active);
    }

    async fn names_are_listed_for_agents_in_service(store: &Store) {
        let [one, _] = tenants(store, [&[1, 2], &[3]]).await;
        let mut tx = store.begin().await.unwrap();
        agents::delete(&mut tx, &one.id, &agent(2).id, NOW).await.unwrap();
        let (a, b, c) = (agent(1).id, agent(2).id, agent(3).id);
        let names = agents::list_names(&mut tx, &one.id, &[&a, &b, &c]).await.unwrap();
        assert_eq!(names, [(a, "Bot 1".to_owned())]);
    }
}
