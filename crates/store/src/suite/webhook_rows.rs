use model::{
    Attempt, AttemptFailure, DeliveryState, Dialect, DisabledReason, EndpointId, EventId,
    Subscription, WebhookEndpoint, WorkspaceId,
};

use super::{NOW, TRICKY, both_engines, tenants};
use crate::deliveries::{DeliveryName, Outcome};
use crate::outbox::{Event, Waiting};
use crate::webhooks::AttemptCounts;
use crate::{Store, Tx, deliveries, outbox, queues, webhooks};

pub(super) fn endpoint(n: u8, events: &str) -> WebhookEndpoint {
    WebhookEndpoint {
        id: EndpointId::new(NOW + i64::from(n), [n; 10]),
        url: format!("https://example.com/{n}"),
        description: TRICKY.to_owned(),
        dialect: Dialect::AgentGate,
        events: Subscription::from_text(events),
        previous_until_ms: None,
        disabled_at_ms: None,
        disabled_reason: None,
        failing_since_ms: None,
        attempts: 0,
        failures: 0,
        last_attempt_at_ms: None,
        created_at_ms: NOW,
    }
}

fn event(of: &WorkspaceId, n: u8) -> Event {
    Event {
        id: EventId::new(NOW + i64::from(n), [n; 10]),
        workspace_id: of.clone(),
        kind: if n.is_multiple_of(2) { "agent.created" } else { "payment.recorded" }.to_owned(),
        subject: format!("subject {n}"),
        payload: n.is_multiple_of(2).then(|| format!("{{\"a\":{TRICKY:?}}}")),
        created_at_ms: NOW + i64::from(n),
    }
}

fn outcome(name: &DeliveryName, number: i64, next_at_ms: Option<i64>, ok: bool) -> Outcome {
    Outcome {
        name: name.clone(),
        attempt: Attempt {
            number,
            started_at_ms: NOW + number,
            took_ms: 12,
            status: (!ok).then_some(500),
            failure: (!ok).then_some(AttemptFailure::Status),
            headers: "a: b\nc: d".to_owned(),
            answer: TRICKY.to_owned(),
        },
        state: match (ok, next_at_ms) {
            (true, _) => DeliveryState::Delivered,
            (false, Some(_)) => DeliveryState::Pending,
            (false, None) => DeliveryState::Failed,
        },
        next_at_ms,
        tries_from: 0,
    }
}

async fn insert(tx: &mut Tx, workspace: &WorkspaceId, endpoints: &[&WebhookEndpoint]) {
    for endpoint in endpoints {
        webhooks::insert(tx, workspace, endpoint, &format!("sealed {}", endpoint.id))
            .await
            .unwrap();
    }
}

/// Three endpoints: two of the first workspace, one of the second.
async fn three(store: &Store) -> ([WorkspaceId; 2], [WebhookEndpoint; 3]) {
    let [one, two] = tenants(store, [&[], &[]]).await;
    let endpoints = [endpoint(1, "payment.*"), endpoint(2, "*"), endpoint(3, "agent.created")];
    let mut tx = store.begin().await.unwrap();
    insert(&mut tx, &one.id, &[&endpoints[0], &endpoints[1]]).await;
    insert(&mut tx, &two.id, &[&endpoints[2]]).await;
    tx.commit().await.unwrap();
    ([one.id, two.id], endpoints)
}

both_engines! {
    async fn endpoints_are_kept_changed_and_listed_in_their_workspace(store: &Store) {
        let ([one, two], [a, b, c]) = three(store).await;
        let mut conn = store.read().await.unwrap();
        assert_eq!(webhooks::get(&mut conn, &one, &a.id).await.unwrap(), Some(a.clone()));
        assert_eq!(webhooks::get(&mut conn, &two, &a.id).await.unwrap(), None);
        assert_eq!(webhooks::count(&mut conn, &one).await.unwrap(), 2);
        let listed = webhooks::list(&mut conn, &one, None, 9).await.unwrap();
        assert_eq!(listed, [b.clone(), a.clone()]);
        assert_eq!(webhooks::list(&mut conn, &one, Some(b.id.as_str()), 9).await.unwrap(), std::slice::from_ref(&a));

        let changed = WebhookEndpoint {
            url: "https://other.example".to_owned(),
            description: String::new(),
            events: Subscription::from_text("api_key.*"),
            ..a.clone()
        };
        let mut tx = store.begin().await.unwrap();
        assert!(webhooks::update(&mut tx, &one, &changed).await.unwrap());
        assert!(!webhooks::update(&mut tx, &two, &changed).await.unwrap());
        let off = (NOW + 5, DisabledReason::Gone);
        assert!(webhooks::update_disabled(&mut tx, &one, &b.id, off).await.unwrap());
        assert!(!webhooks::update_disabled(&mut tx, &one, &b.id, off).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(webhooks::get(&mut conn, &one, &a.id).await.unwrap(), Some(changed.clone()));
        let troubled = webhooks::list_troubled(&mut conn, &one, NOW, 9).await.unwrap();
        assert_eq!(troubled.iter().map(|e| &e.id).collect::<Vec<_>>(), [&b.id]);
        let disabled = webhooks::get(&mut conn, &one, &b.id).await.unwrap().unwrap();
        assert_eq!((disabled.disabled_at_ms, disabled.disabled_reason), (Some(NOW + 5), Some(DisabledReason::Gone)));
        let workspaces = [one.clone(), two.clone()];
        let mut listening = webhooks::list_listening(&mut conn, &workspaces).await.unwrap();
        listening.sort_by(|x, y| x.id.cmp(&y.id));
        let ids: Vec<_> = listening.iter().map(|l| (&l.workspace_id, &l.id, l.events.to_text())).collect();
        assert_eq!(ids, [(&one, &a.id, "api_key.*".to_owned()), (&two, &c.id, "agent.created".to_owned())]);
        let names = [(one.clone(), a.id.clone()), (one.clone(), b.id.clone()), (two.clone(), a.id.clone())];
        let targets = webhooks::list_targets(&mut conn, &names).await.unwrap();
        assert_eq!(targets.len(), 1, "switched on, in its own workspace");
        assert_eq!(targets[0].endpoint, changed);
        assert_eq!(targets[0].secrets.current, format!("sealed {}", a.id));
        let mut tx = store.begin().await.unwrap();
        let end = (NOW + 6, DisabledReason::Owner);
        webhooks::disable_all(&mut tx, &one, end).await.unwrap();
        assert!(webhooks::list_listening(&mut tx, &workspaces[..1]).await.unwrap().is_empty());
        let on = webhooks::enable_all(&mut tx, &one, end).await.unwrap();
        assert_eq!(on, [(one.clone(), a.id.clone())], "what was off before stays off");
        assert!(webhooks::enable_all(&mut tx, &two, end).await.unwrap().is_empty());
        assert!(webhooks::update_enabled(&mut tx, &one, &b.id).await.unwrap());
        assert!(!webhooks::update_enabled(&mut tx, &one, &b.id).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(webhooks::get(&mut conn, &one, &b.id).await.unwrap(), Some(b));
    }

    async fn secrets_overlap_once_and_go_with_the_endpoint(store: &Store) {
        let ([one, two], [a, b, c]) = three(store).await;
        let mut tx = store.begin().await.unwrap();
        assert!(webhooks::update_secret(&mut tx, &one, &a.id, "new", (NOW, NOW + 10)).await.unwrap());
        assert!(!webhooks::update_secret(&mut tx, &one, &a.id, "newer", (NOW + 9, NOW + 19)).await.unwrap());
        let secrets = webhooks::get_secrets(&mut tx, &one, &a.id).await.unwrap().unwrap();
        assert_eq!(secrets.current, "new");
        assert_eq!(secrets.previous, Some((format!("sealed {}", a.id), NOW + 10)));
        assert!(webhooks::update_secret(&mut tx, &one, &a.id, "newer", (NOW + 10, NOW + 20)).await.unwrap());
        assert_eq!(webhooks::get_secrets(&mut tx, &two, &a.id).await.unwrap(), None);
        assert!(webhooks::update_deleted(&mut tx, &one, &a.id, NOW + 30).await.unwrap());
        assert!(!webhooks::update_deleted(&mut tx, &one, &a.id, NOW + 30).await.unwrap());
        assert_eq!(webhooks::get_secrets(&mut tx, &one, &a.id).await.unwrap(), None);
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        assert_eq!(webhooks::get(&mut conn, &one, &a.id).await.unwrap(), None);
        assert_eq!(webhooks::count(&mut conn, &one).await.unwrap(), 1);
        let gone = (one.clone(), a.id.clone());
        assert_eq!(webhooks::list_deleted(&mut conn, 9).await.unwrap(), std::slice::from_ref(&gone));
        let all = webhooks::list_names(&mut conn, ("", ""), 9).await.unwrap();
        assert_eq!(all, [gone.clone(), (one.clone(), b.id.clone()), (two.clone(), c.id.clone())]);
        let rest = webhooks::list_names(&mut conn, (one.as_str(), b.id.as_str()), 9).await.unwrap();
        assert_eq!(rest, [(two.clone(), c.id.clone())]);
        let mut tx = store.begin().await.unwrap();
        webhooks::delete(&mut tx, &one, &a.id).await.unwrap();
        webhooks::delete(&mut tx, &one, &b.id).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(webhooks::list_names(&mut conn, ("", ""), 9).await.unwrap().len(), 2, "only what is deleted");
    }

    async fn attempts_are_counted_and_tell_since_when_an_endpoint_fails(store: &Store) {
        let ([one, two], [a, _, c]) = three(store).await;
        let counts = |of: &WorkspaceId, id: &EndpointId, failing: Option<i64>, test: bool| AttemptCounts {
            workspace_id: of.clone(),
            id: id.clone(),
            attempts: 3,
            failures: i64::from(failing.is_some()),
            last_at_ms: NOW + 7,
            failing_since_ms: failing,
            test,
        };
        let mut tx = store.begin().await.unwrap();
        let both = [counts(&one, &a.id, Some(NOW), false), counts(&two, &c.id, None, false)];
        let failing = webhooks::add_attempts(&mut tx, &both).await.unwrap();
        assert_eq!(failing, [(one.clone(), a.id.clone(), NOW)]);
        let later = [counts(&one, &a.id, Some(NOW + 9), false)];
        assert_eq!(webhooks::add_attempts(&mut tx, &later).await.unwrap()[0].2, NOW, "since the first one");
        let troubled = webhooks::list_troubled(&mut tx, &one, NOW + 1, 9).await.unwrap();
        assert_eq!(troubled.iter().map(|e| &e.id).collect::<Vec<_>>(), [&a.id]);
        assert!(webhooks::list_troubled(&mut tx, &one, NOW, 9).await.unwrap().is_empty(), "not for long");
        let test = [counts(&one, &a.id, None, true)];
        assert_eq!(webhooks::add_attempts(&mut tx, &test).await.unwrap()[0].2, NOW, "a test says nothing");
        let found = webhooks::get(&mut tx, &one, &a.id).await.unwrap().unwrap();
        assert_eq!((found.attempts, found.failures, found.last_attempt_at_ms), (9, 2, Some(NOW + 7)));
        let good = [counts(&one, &a.id, None, false)];
        assert!(webhooks::add_attempts(&mut tx, &good).await.unwrap().is_empty());
        tx.commit().await.unwrap();
    }

    async fn the_outbox_is_emptied_for_those_who_listen_and_those_who_do_not(store: &Store) {
        let ([one, two], [_, _, c]) = three(store).await;
        let mut tx = store.begin().await.unwrap();
        assert!(outbox::list_workspaces(&mut tx, "", 9).await.unwrap().is_empty());
        webhooks::update_disabled(&mut tx, &two, &c.id, (NOW, DisabledReason::Owner)).await.unwrap();
        let events: Vec<_> = (1..=5).map(|n| event(&one, n)).collect();
        outbox::insert_all(&mut tx, &events).await.unwrap();
        let others: Vec<_> = (1..=3).map(|n| event(&two, n)).collect();
        outbox::insert_all(&mut tx, &others).await.unwrap();
        let waiting = outbox::list_workspaces(&mut tx, "", 9).await.unwrap();
        let of = |ws: &WorkspaceId, listened_to| Waiting { workspace_id: ws.clone(), listened_to };
        assert_eq!(waiting, [of(&one, true), of(&two, false)]);
        assert_eq!(outbox::list_workspaces(&mut tx, "", 1).await.unwrap(), [of(&one, true)]);
        assert_eq!(outbox::list_workspaces(&mut tx, one.as_str(), 1).await.unwrap(), [of(&two, false)]);
        assert!(outbox::list_workspaces(&mut tx, two.as_str(), 1).await.unwrap().is_empty());
        let names = [one.clone(), two.clone()];
        assert_eq!(outbox::take(&mut tx, &names[..1], 3).await.unwrap(), events[..3]);
        assert_eq!(outbox::discard(&mut tx, &names, 2).await.unwrap(), 2, "nothing of who listens");
        assert_eq!(outbox::take(&mut tx, &names, 9).await.unwrap().len(), 2 + 1);
        assert!(outbox::take(&mut tx, &names, 9).await.unwrap().is_empty());
        tx.commit().await.unwrap();
    }

    async fn a_queue_is_in_one_hand_until_it_is_let_go_or_forgotten(store: &Store) {
        let ([one, two], [a, b, c]) = three(store).await;
        let queue = |ws: &WorkspaceId, id: &EndpointId| (ws.clone(), id.clone());
        let (first, last) = (queue(&one, &a.id), queue(&two, &c.id));
        let mut tx = store.begin().await.unwrap();
        assert!(!queues::has_due(&mut tx, NOW).await.unwrap());
        queues::touch(&mut tx, &[first.clone(), last.clone()], NOW).await.unwrap();
        queues::touch(&mut tx, &[first.clone(), queue(&one, &b.id)], NOW + 50).await.unwrap();
        assert!(queues::has_due(&mut tx, NOW).await.unwrap());
        let mut mine = queues::claim(&mut tx, "me", (NOW, NOW + 8), 9).await.unwrap();
        mine.sort();
        assert_eq!(mine, [first.clone(), last.clone()], "what is due");
        assert!(queues::claim(&mut tx, "you", (NOW + 7, NOW + 15), 9).await.unwrap().is_empty());
        assert_eq!(queues::renew(&mut tx, "me", NOW + 20).await.unwrap().len(), 2);
        assert!(queues::renew(&mut tx, "you", NOW + 20).await.unwrap().is_empty());
        let yours = queues::claim(&mut tx, "you", (NOW + 20, NOW + 30), 1).await.unwrap();
        assert_eq!(yours.len(), 1, "a dead owner's");
        assert_eq!(queues::renew(&mut tx, "me", NOW + 40).await.unwrap().len(), 1, "the other one was taken over");
        queues::release_all(&mut tx, "me").await.unwrap();
        queues::release_all(&mut tx, "you").await.unwrap();
        assert_eq!(queues::claim(&mut tx, "you", (NOW, NOW + 8), 9).await.unwrap().len(), 2);
        deliveries::insert_all(&mut tx, &[(&a.id, &event(&one, 4))], NOW + 9).await.unwrap();
        queues::release(&mut tx, "me", std::slice::from_ref(&first)).await.unwrap();
        assert!(queues::claim(&mut tx, "me", (NOW + 4, NOW + 5), 9).await.unwrap().is_empty(), "not mine to let go");
        queues::release(&mut tx, "you", &[first.clone(), last.clone()]).await.unwrap();
        assert!(!queues::has_due(&mut tx, NOW + 3).await.unwrap());
        assert_eq!(queues::claim(&mut tx, "me", (NOW + 4, NOW + 12), 9).await.unwrap(), std::slice::from_ref(&first), "its next delivery");
        webhooks::update_disabled(&mut tx, &one, &a.id, (NOW, DisabledReason::Owner)).await.unwrap();
        queues::release(&mut tx, "me", &[first]).await.unwrap();
        assert!(!queues::has_due(&mut tx, NOW + 40).await.unwrap(), "switched off");
        assert!(queues::has_due(&mut tx, NOW + 50).await.unwrap(), "the other one");
        queues::release_everybodys(&mut tx).await.unwrap();
        assert!(queues::renew(&mut tx, "me", NOW + 60).await.unwrap().is_empty(), "nobody has anything");
        tx.commit().await.unwrap();
    }

    async fn deliveries_go_out_in_order_and_keep_their_attempts(store: &Store) {
        let ([one, two], [a, b, c]) = three(store).await;
        let events: Vec<_> = (1..=6).map(|n| event(&one, n)).collect();
        let other = event(&two, 2);
        let mut tx = store.begin().await.unwrap();
        let mut all: Vec<_> = events.iter().rev().map(|e| (&a.id, e)).collect();
        all.push((&b.id, &events[0]));
        all.push((&c.id, &other));
        deliveries::insert_all(&mut tx, &all, NOW + 9).await.unwrap();
        deliveries::insert_all(&mut tx, &[], NOW + 9).await.unwrap();
        let queue = [(one.clone(), a.id.clone()), (two.clone(), c.id.clone())];
        let name = |e: &Event| (one.clone(), a.id.clone(), e.id.clone());
        let waiting = deliveries::list_waiting(&mut tx, &queue, NOW + 4, 3).await.unwrap();
        let mut of_a = waiting.clone();
        of_a.retain(|(_, ep, _)| *ep == a.id);
        assert_eq!(of_a, events[..3].iter().map(name).collect::<Vec<_>>());
        assert_eq!(waiting.len(), 4, "and one of another queue");
        assert_eq!(deliveries::list_waiting(&mut tx, &queue[..1], NOW + 4, 9).await.unwrap().len(), 4);

        let full = deliveries::list_full(&mut tx, &[name(&events[1]), (one.clone(), c.id.clone(), other.id.clone())]).await.unwrap();
        assert_eq!(full.len(), 1);
        assert_eq!((&full[0].payload, full[0].tries_from), (&events[1].payload, 0));
        assert_eq!(full[0].workspace_id, one);
        let outcomes = [
            outcome(&name(&events[0]), 1, None, true),
            outcome(&name(&events[1]), 1, Some(NOW + 900), false),
            outcome(&name(&events[2]), 1, None, false),
        ];
        deliveries::insert_outcomes(&mut tx, &outcomes).await.unwrap();
        deliveries::insert_outcomes(&mut tx, &[outcome(&name(&events[0]), 1, None, false)]).await.unwrap();
        let get = async |tx: &mut Tx, n: usize| {
            deliveries::get(tx, &one, &a.id, &events[n].id).await.unwrap().unwrap()
        };
        let first = get(&mut tx, 0).await;
        assert_eq!((first.state, first.attempts, first.next_at_ms), (DeliveryState::Delivered, 1, None), "once is enough");
        assert_eq!(get(&mut tx, 1).await.next_at_ms, Some(NOW + 900));
        let tried = deliveries::list_attempts(&mut tx, (&one, &a.id), &events[1].id, 9).await.unwrap();
        assert_eq!(tried, [outcomes[1].attempt.clone()]);
        assert_eq!(deliveries::count_waiting(&mut tx, &one, &a.id, 9).await.unwrap(), 4);
        assert_eq!(deliveries::count_waiting(&mut tx, &one, &a.id, 2).await.unwrap(), 2);
        let asked = [&events[0].id, &events[1].id, &events[4].id];
        let mut last = deliveries::list_last_attempts(&mut tx, (&one, &a.id), &asked).await.unwrap();
        last.sort_by(|x, y| x.event_id.cmp(&y.event_id));
        let last: Vec<_> = last.iter().map(|l| (&l.event_id, l.took_ms, l.status, l.failure)).collect();
        let failed = Some(AttemptFailure::Status);
        assert_eq!(last, [(asked[0], 12, None, None), (asked[1], 12, Some(500), failed)], "those that were tried");
        let mut waiting = deliveries::count_all_waiting(&mut tx, &one, &[&a.id, &b.id, &c.id], 3).await.unwrap();
        waiting.sort();
        assert_eq!(waiting, [(a.id.clone(), 3), (b.id.clone(), 1), (c.id.clone(), 0)]);
        assert_eq!(deliveries::get_next_at(&mut tx, &one, &a.id).await.unwrap(), Some(events[3].created_at_ms));
        assert_eq!(deliveries::get_next_at(&mut tx, &one, &c.id).await.unwrap(), None, "another's");
        assert_eq!(deliveries::list_took(&mut tx, (&one, &a.id), "", 9).await.unwrap(), [12], "what succeeded");
        let recent = async |tx: &mut Tx, after: &str, limit| {
            deliveries::count_recent(tx, (&one, &a.id), after, limit).await.unwrap()
        };
        assert_eq!(recent(&mut tx, "", 9).await, (6, 1));
        let after = events[0].id.as_str();
        assert_eq!((recent(&mut tx, after, 9).await, recent(&mut tx, "", 2).await), ((5, 0), (2, 0)));
        assert!(deliveries::list_took(&mut tx, (&one, &a.id), after, 9).await.unwrap().is_empty());
        tx.commit().await.unwrap();

        let mut tx = store.begin().await.unwrap();
        assert!(deliveries::update_replayed(&mut tx, (&one, &a.id), &events[0].id, NOW + 20).await.unwrap());
        assert!(!deliveries::update_replayed(&mut tx, (&two, &a.id), &events[0].id, NOW).await.unwrap());
        let again = deliveries::update_all_replayed(&mut tx, &[name(&events[1]), name(&events[2])], NOW + 20).await.unwrap();
        assert_eq!(again, 1, "what had failed");
        let replayed = deliveries::list_full(&mut tx, &[name(&events[2])]).await.unwrap();
        assert_eq!((replayed[0].tries_from, replayed[0].delivery.next_at_ms), (1, Some(NOW + 20)));
        // Replayed while the last attempt of its schedule was under way.
        let name_1 = name(&events[1]);
        assert_eq!(get(&mut tx, 1).await.attempts, 1);
        deliveries::update_replayed(&mut tx, (&one, &a.id), &events[1].id, NOW + 30).await.unwrap();
        deliveries::insert_outcomes(&mut tx, &[outcome(&name_1, 2, None, false)]).await.unwrap();
        let kept = get(&mut tx, 1).await;
        assert_eq!((kept.state, kept.next_at_ms, kept.attempts), (DeliveryState::Pending, Some(NOW + 30), 2));
        let full = deliveries::list_full(&mut tx, std::slice::from_ref(&name_1)).await.unwrap();
        assert_eq!(full[0].tries_from, 2, "with the whole schedule before it");
        let old = Some(events[2].id.as_str());
        assert!(deliveries::has_before(&mut tx, (&one, &a.id), old).await.unwrap());
        assert_eq!(deliveries::delete_before(&mut tx, (&one, &a.id), old, 1).await.unwrap(), 1);
        assert_eq!(deliveries::delete_before(&mut tx, (&one, &a.id), old, 9).await.unwrap(), 1);
        assert_eq!(deliveries::delete_before(&mut tx, (&one, &a.id), old, 9).await.unwrap(), 0);
        assert!(!deliveries::has_before(&mut tx, (&one, &a.id), old).await.unwrap());
        assert!(deliveries::has_before(&mut tx, (&one, &a.id), None).await.unwrap());
        let tried = deliveries::list_attempts(&mut tx, (&one, &a.id), &events[1].id, 9).await.unwrap();
        assert!(tried.is_empty(), "the attempts go with the delivery");
        deliveries::insert_outcomes(&mut tx, &[outcome(&name_1, 3, None, true)]).await.unwrap();
        let tried = deliveries::list_attempts(&mut tx, (&one, &a.id), &events[1].id, 9).await.unwrap();
        assert!(tried.is_empty(), "and none comes after it");
        let kept = deliveries::list_attempts(&mut tx, (&one, &a.id), &events[2].id, 9).await.unwrap();
        assert_eq!(kept.len(), 1);
        assert_eq!(deliveries::delete_before(&mut tx, (&one, &a.id), None, 9).await.unwrap(), 4);
        deliveries::insert_all(&mut tx, &[(&a.id, &events[5])], NOW).await.unwrap();
        assert_eq!(deliveries::list_waiting(&mut tx, &queue[..1], NOW, 9).await.unwrap().len(), 1, "a clock that was put back");
        tx.commit().await.unwrap();
    }

    async fn the_log_is_filtered_by_type_state_and_time(store: &Store) {
        let ([one, two], [a, _, _]) = three(store).await;
        let events: Vec<_> = (1..=6).map(|n| event(&one, n)).collect();
        let mut tx = store.begin().await.unwrap();
        let all: Vec<_> = events.iter().map(|e| (&a.id, e)).collect();
        deliveries::insert_all(&mut tx, &all, NOW + 9).await.unwrap();
        let name = |e: &Event| (one.clone(), a.id.clone(), e.id.clone());
        let outcomes = [outcome(&name(&events[1]), 1, None, false), outcome(&name(&events[2]), 1, None, true)];
        deliveries::insert_outcomes(&mut tx, &outcomes).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        let of = (&one, &a.id);
        let ids = |found: Vec<model::Delivery>| -> Vec<usize> {
            found.iter().map(|d| events.iter().position(|e| e.id == d.event_id).unwrap()).collect()
        };
        let (after, before) = (events[0].id.as_str(), Some(events[4].id.as_str()));
        let listed = deliveries::list(&mut conn, of, (after, before), 2).await.unwrap();
        assert_eq!(ids(listed), [3, 2]);
        assert_eq!(ids(deliveries::list(&mut conn, of, ("", None), 9).await.unwrap()), [5, 4, 3, 2, 1, 0]);
        assert!(deliveries::list(&mut conn, (&two, &a.id), ("", None), 9).await.unwrap().is_empty());
        let (agent, payment) = ("agent.created", "payment.recorded");
        let kinds = [(agent, DeliveryState::Pending), (payment, DeliveryState::Delivered), (agent, DeliveryState::Failed)];
        let listed = deliveries::list_of_kinds(&mut conn, of, &kinds, ("", None), 9).await.unwrap();
        assert_eq!(ids(listed), [5, 3, 2, 1]);
        let listed = deliveries::list_of_kinds(&mut conn, of, &kinds, (after, before), 2).await.unwrap();
        assert_eq!(ids(listed), [3, 2]);
        assert!(deliveries::list_of_kinds(&mut conn, of, &[], ("", None), 9).await.unwrap().is_empty());
    }
}
