use std::collections::BTreeSet;

use model::{Agent, AgentId, AgentSort, AgentStatus, DAY_MS, Framework, PaymentStats, Visibility};

use super::accounts::key;
use super::webhook_rows::endpoint;
use super::{NOW, TRICKY, active, agent, both_engines, certificate, tenants};
use crate::agents::{AgentQuery, AgentRef, FoundAgent};
use crate::workspaces::Deletion;
use crate::{Store, Tx, agents, api_keys, certificates, webhooks, workspaces};

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
            let public = FoundAgent { workspace_id: one.id.clone(), agent: own.clone(), unlisted: false };
            assert_eq!(found, Some(public), "{text}");
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

    async fn agents_are_listed_newest_first_and_counted(store: &Store) {
        let [one, two] = tenants(store, [&[1, 2, 3, 4, 5], &[6]]).await;
        let mut conn = store.read().await.unwrap();
        let first = active(&mut conn, &one.id, 2).await;
        assert_eq!(ids(&first), [agent(5).id, agent(4).id]);
        assert_eq!(active(&mut conn, &two.id, 9).await, [agent(6)]);
        assert_eq!(agents::count(&mut conn, &one.id).await.unwrap(), 5);

        let mut tx = store.begin().await.unwrap();
        assert!(agents::delete(&mut tx, &one.id, &agent(3).id, NOW).await.unwrap());
        tx.commit().await.unwrap();
        let left = active(&mut conn, &one.id, 9).await;
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
        assert_eq!(agents::update(&mut tx, &two.id, &smuggled, None).await.unwrap(), None);
        assert_eq!(agents::update(&mut tx, &one.id, &smuggled, None).await.unwrap(), Some(2));
        tx.commit().await.unwrap();
        changed.version = 2;
        let mut conn = store.read().await.unwrap();
        let id = agent(1).id;
        let found = agents::get(&mut conn, &one.id, AgentRef::Id(id.as_str())).await.unwrap();
        assert_eq!(found, Some(changed.clone()));
        let other = active(&mut conn, &one.id, 1).await;
        assert_eq!(other, [agent(2)]);

        let mut tx = store.begin().await.unwrap();
        assert!(!agents::delete(&mut tx, &two.id, &id, NOW).await.unwrap());
        assert!(agents::delete(&mut tx, &one.id, &id, NOW).await.unwrap());
        assert!(!agents::delete(&mut tx, &one.id, &id, NOW).await.unwrap());
        assert_eq!(agents::update(&mut tx, &one.id, &changed, None).await.unwrap(), None);
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
        agents::add_stats(&mut tx, &rows).await.unwrap();
        agents::add_stats(&mut tx, &rows[..1]).await.unwrap();
        agents::add_stats(&mut tx, &[]).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let listed = active(&mut conn, &one.id, 9).await;
        assert_eq!(listed[0].stats, stats);
        let twice = PaymentStats { total: i64::MAX / 4 * 2, autonomous: 6, on_time: 4, received: 2 };
        assert_eq!(listed[1].stats, twice);
        let foreign = active(&mut conn, &two.id, 9).await;
        assert_eq!(foreign[0].stats, PaymentStats::default());
    }

    async fn an_update_of_an_older_version_changes_nothing(store: &Store) {
        let [one, _] = tenants(store, [&[1], &[]]).await;
        let mut first = agent(1);
        first.name = "First".to_owned();
        let mut second = agent(1);
        second.name = "Second".to_owned();
        let mut tx = store.begin().await.unwrap();
        assert_eq!(agents::update(&mut tx, &one.id, &first, Some(1)).await.unwrap(), Some(2));
        assert_eq!(agents::update(&mut tx, &one.id, &second, Some(1)).await.unwrap(), None);
        tx.commit().await.unwrap();
        let listed = active(&mut store.read().await.unwrap(), &one.id, 1).await;
        assert_eq!((listed[0].name.as_str(), listed[0].version), ("First", 2));
    }

    async fn an_archived_agent_is_found_and_kept_apart_until_it_is_brought_back(store: &Store) {
        let [one, two] = tenants(store, [&[1, 2], &[]]).await;
        let id = agent(1).id;
        let (put_away, back) =
            ((AgentStatus::Active, AgentStatus::Archived), (AgentStatus::Archived, AgentStatus::Active));
        let mut tx = store.begin().await.unwrap();
        assert!(!agents::update_status(&mut tx, &two.id, &id, put_away).await.unwrap(), "foreign");
        assert!(!agents::update_status(&mut tx, &one.id, &id, back).await.unwrap());
        assert!(agents::update_status(&mut tx, &one.id, &id, put_away).await.unwrap());
        assert!(!agents::update_status(&mut tx, &one.id, &id, put_away).await.unwrap());
        assert_eq!(ids(&active(&mut tx, &one.id, 9).await), [agent(2).id]);
        assert_eq!(agents::count(&mut tx, &one.id).await.unwrap(), 1);
        let locked = agents::lock(&mut tx, &[(&one.id, &id, None)], NOW).await.unwrap();
        assert_eq!(locked[0].status, AgentStatus::Archived);
        let found = agents::get(&mut tx, &one.id, AgentRef::Id(id.as_str())).await.unwrap().unwrap();
        assert_eq!((found.status, found.version), (AgentStatus::Archived, 1));
        assert!(agents::update_status(&mut tx, &one.id, &id, back).await.unwrap());
        assert_eq!(agents::count(&mut tx, &one.id).await.unwrap(), 2);
        assert!(agents::update_status(&mut tx, &one.id, &id, put_away).await.unwrap());
        assert!(agents::delete(&mut tx, &one.id, &id, NOW).await.unwrap(), "an archived one can go");
        assert!(!agents::update_status(&mut tx, &one.id, &id, back).await.unwrap());
    }

    async fn agents_are_searched_filtered_sorted_and_paged(store: &Store) {
        let [one, two] = tenants(store, [&[1, 2, 3, 4, 5], &[6]]).await;
        let mut tx = store.begin().await.unwrap();
        for (n, name, framework) in [
            (1, "Zahlungsläufer ÄÖÜ", Framework::CrewAi),
            (2, "100%_sure! bot", Framework::CrewAi),
            (3, "alpha", Framework::LangChain),
        ] {
            let renamed = Agent { name: name.to_owned(), framework, ..agent(n) };
            agents::update(&mut tx, &one.id, &renamed, None).await.unwrap().unwrap();
        }
        let put_away = (AgentStatus::Active, AgentStatus::Archived);
        assert!(agents::update_status(&mut tx, &one.id, &agent(4).id, put_away).await.unwrap());
        let stats = |total| PaymentStats { total, ..PaymentStats::default() };
        let (a, c) = (agent(1).id, agent(3).id);
        let rows = [(&one.id, &a, stats(7)), (&one.id, &c, stats(7))];
        agents::add_stats(&mut tx, &rows).await.unwrap();
        // Of agent 1: an older one that was revoked, and one that is valid for a day. Of agent 2: expired.
        certificates::insert(&mut tx, &one.id, &certificate(9, &agent(1))).await.unwrap();
        certificates::update_revoked(&mut tx, &one.id, &agent(1).id, NOW).await.unwrap();
        let mut expired = certificate(2, &agent(2));
        expired.valid_until_ms = NOW;
        for c in [&certificate(1, &agent(1)), &expired] {
            certificates::insert(&mut tx, &one.id, c).await.unwrap();
        }
        tx.commit().await.unwrap();

        let all = AgentQuery {
            status: None, framework: None, certified: None, now_ms: NOW, text: None,
            sort: AgentSort::Newest, after: None, limit: 9,
        };
        let mut conn = store.read().await.unwrap();
        let mut numbers = async |query: &AgentQuery<'_>| -> Vec<i64> {
            let found = agents::list_matching(&mut conn, &one.id, query).await.unwrap();
            found.iter().map(|a| a.created_at_ms - NOW).collect()
        };
        assert_eq!(numbers(&all).await, [5, 4, 3, 2, 1]);
        let in_service = AgentQuery { status: Some(AgentStatus::Active), ..all.clone() };
        assert_eq!(numbers(&in_service).await, [5, 3, 2, 1]);
        let archived = AgentQuery { status: Some(AgentStatus::Archived), ..all.clone() };
        assert_eq!(numbers(&archived).await, [4]);
        let crew = AgentQuery { framework: Some(Framework::CrewAi), ..all.clone() };
        assert_eq!(numbers(&crew).await, [2, 1]);
        let certified = AgentQuery { certified: Some(true), ..all.clone() };
        assert_eq!(numbers(&certified).await, [1]);
        let uncertified = AgentQuery { certified: Some(false), ..all.clone() };
        assert_eq!(numbers(&uncertified).await, [5, 4, 3, 2]);
        let later = AgentQuery { now_ms: NOW + DAY_MS, ..certified.clone() };
        assert!(numbers(&later).await.is_empty());
        let gopi = agent(3).gopi_id.to_uppercase();
        for (text, found) in [
            ("LÄUFER äö", vec![1]), ("0%_S", vec![2]), ("%", vec![2]), ("_sure!", vec![2]), ("alpha", vec![3]),
            (gopi.as_str(), vec![3]), ("finance-bot-00000005", vec![5]), (agent(4).id.as_str(), vec![4]),
            (TRICKY, vec![]), ("bot", vec![5, 4, 3, 2, 1]),
        ] {
            let query = AgentQuery { text: Some(text), ..all.clone() };
            assert_eq!(numbers(&query).await, found, "{text}");
        }
        let expected = [
            (AgentSort::Newest, [5, 4, 3, 2, 1]),
            (AgentSort::Payments, [3, 1, 5, 4, 2]),
            (AgentSort::Score, [1, 2, 5, 4, 3]),
        ];
        for (sort, order) in expected {
            assert_eq!(numbers(&AgentQuery { sort, ..all.clone() }).await, order, "{sort}");
        }
        let by_name = numbers(&AgentQuery { sort: AgentSort::Name, ..all.clone() }).await;
        // The two engines order signs differently, and letters alike.
        let letters: Vec<_> = by_name.iter().filter(|n| **n != 2).copied().collect();
        assert_eq!(letters, [3, 4, 5, 1]);
        for sort in AgentSort::ALL {
            let whole = numbers(&AgentQuery { sort: *sort, ..all.clone() }).await;
            let mut paged = Vec::new();
            let mut after: Option<AgentId> = None;
            loop {
                let query = AgentQuery { sort: *sort, after: after.as_ref(), limit: 2, ..all.clone() };
                let page = numbers(&query).await;
                paged.extend_from_slice(&page);
                let Some(last) = page.last() else { break };
                after = Some(agent(u8::try_from(*last).unwrap()).id);
            }
            assert_eq!(paged, whole, "{sort}");
        }
        let foreign = agents::list_matching(&mut conn, &two.id, &all).await.unwrap();
        assert_eq!(ids(&foreign), [agent(6).id]);
    }

    async fn locked_agents_say_what_writing_their_payments_needs(store: &Store) {
        let [one, two] = tenants(store, [&[1, 2], &[3]]).await;
        let mut tx = store.begin().await.unwrap();
        agents::delete(&mut tx, &one.id, &agent(2).id, NOW).await.unwrap();
        workspaces::update_time_zone(&mut tx, &one.id, "Asia/Kolkata").await.unwrap();
        for (of, n) in [(&one, 1), (&one, 2), (&one, 3), (&two, 4)] {
            api_keys::insert(&mut tx, &of.id, &key(n), &format!("hash{n}")).await.unwrap();
        }
        assert!(api_keys::update_revoked(&mut tx, &one.id, &key(3).id, NOW).await.unwrap());
        webhooks::insert(&mut tx, &one.id, &endpoint(1, "*"), "sealed").await.unwrap();

        let ids = [1, 2, 3, 9].map(|n| agent(n).id);
        let keys = [1, 2, 3, 4].map(|n| key(n).id);
        let mut asked: Vec<_> = ids.iter().map(|id| (&one.id, id, None)).collect();
        asked.push((&two.id, &ids[2], None));
        let found = agents::lock(&mut tx, &asked, NOW).await.unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|a| (&a.workspace_id, &a.id, a.status, a.time_zone.as_str(), a.listened_to, a.key.is_some()))
            .collect();
        let (active, deleted) = (AgentStatus::Active, AgentStatus::Deleted);
        let expected = [
            (&one.id, &ids[0], active, "Asia/Kolkata", true, false),
            (&one.id, &ids[1], deleted, "Asia/Kolkata", true, false),
            (&two.id, &ids[2], active, "Europe/Berlin", false, false),
        ];
        assert_eq!(found, expected, "neither foreign nor unknown ones");

        let asked: Vec<_> = keys.iter().map(|key| (&one.id, &ids[0], Some(key))).collect();
        let open = async |tx: &mut Tx, now_ms| {
            let locked = agents::lock(tx, &asked, now_ms).await.unwrap();
            assert_eq!(locked.len(), 4);
            locked.into_iter().filter_map(|agent| agent.key).collect::<BTreeSet<_>>()
        };
        assert_eq!(open(&mut tx, NOW + 999).await, [keys[0].clone(), keys[1].clone()].into());
        assert_eq!(open(&mut tx, NOW + 1_000).await, [keys[0].clone()].into(), "one has expired");
        let end = Some(Deletion { asked_at_ms: NOW, due_at_ms: NOW + 9 });
        workspaces::update_deletion(&mut tx, &one.id, end).await.unwrap();
        assert!(open(&mut tx, NOW).await.is_empty(), "the workspace is about to be erased");
        assert!(agents::lock(&mut tx, &[], NOW).await.unwrap().is_empty());
    }

    async fn own_agents_are_told_from_gone_and_foreign_ones(store: &Store) {
        let [one, two] = tenants(store, [&[1, 2], &[3]]).await;
        let mut tx = store.begin().await.unwrap();
        agents::delete(&mut tx, &one.id, &agent(2).id, NOW).await.unwrap();
        let (a, b, c) = (agent(1), agent(2), agent(3));

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
        let all = AgentQuery {
            status: None, framework: None, certified: None, now_ms: NOW, text: None,
            sort: AgentSort::Newest, after: None, limit: 1,
        };
        let error = agents::list_matching(&mut tx, &one.id, &all).await.unwrap_err();
        assert_eq!(error.to_string(), r#"stored framework "cobol" is not known"#);
        assert_eq!(agent(1).status, AgentStatus::Active);
    }

    async fn names_are_listed_for_agents_in_service(store: &Store) {
        let [one, _] = tenants(store, [&[1, 2], &[3]]).await;
        let mut tx = store.begin().await.unwrap();
        agents::delete(&mut tx, &one.id, &agent(2).id, NOW).await.unwrap();
        let (a, b, c) = (agent(1).id, agent(2).id, agent(3).id);
        let names = agents::list_names(&mut tx, &one.id, &[&a, &b, &c]).await.unwrap();
        assert_eq!(names, [(a.clone(), "Bot 1".to_owned())]);
        let found = agents::list_of(&mut tx, &one.id, &[&c, &b, &a]).await.unwrap();
        assert_eq!(found, [agent(1)], "neither deleted ones nor another workspace's");
    }
}
