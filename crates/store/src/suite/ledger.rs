use model::score::Evidence;
use model::{
    AgentId, Currency, Direction, Payment, PaymentStatus, QUARTER_MS, Rail, WorkspaceId, quarter_of,
};

use super::{NOW, TRICKY, agent, both_engines, payment, tenants, workspace};
use crate::evidence::DayHash;
use crate::payments::{Filter, Position};
use crate::periods::LocalPeriod;
use crate::rollups::{RollupKey, Total};
use crate::{Store, evidence, payments, rollups};

/// Where the payments of this file are, which look at quarters only.
const PERIOD: LocalPeriod = LocalPeriod { day: 20_740, month: 20_727 };

fn evidence_row(recorded_day: i64, event_day: i64, status: PaymentStatus) -> Evidence {
    Evidence {
        recorded_day,
        event_day,
        status,
        self_payment: event_day % 2 == 0,
        known_currency: event_day % 3 == 0,
        count: 1,
        weight_sum: 250_000,
        value_sum: 1 << 40,
    }
}

fn day(of: &WorkspaceId, agent: &AgentId, recorded_day: i64, hash: &str) -> DayHash {
    DayHash {
        workspace_id: of.clone(),
        agent_id: agent.clone(),
        recorded_day,
        hash: hash.to_owned(),
    }
}

fn rollup(of: &WorkspaceId, quarter_ms: i64, status: PaymentStatus) -> RollupKey {
    RollupKey {
        workspace_id: of.clone(),
        agent_id: agent(1).id,
        quarter_ms,
        currency: Currency::EUR,
        direction: Direction::Sent,
        rail: Rail::Tracked,
        status,
    }
}

fn total(status: PaymentStatus, count: i64, micros: i128) -> Total {
    Total { currency: Currency::EUR, direction: Direction::Sent, status, count, micros }
}

fn position(payment: &Payment) -> Position {
    Position { happened_at_ms: payment.happened_at_ms, id: payment.id.to_string() }
}

fn inner(rows: &[payments::NewPayment]) -> Vec<Payment> {
    rows.iter().map(|new| new.payment.clone()).collect()
}

/// Which payments a filter lets through.
type Passes = fn(&Payment) -> bool;

both_engines! {
    async fn a_thousand_payments_read_back_newest_first_by_page(store: &Store) {
        let [one, two] = tenants(store, [&[1, 2], &[3]]).await;
        let rows: Vec<_> = (0..1_000)
            .map(|n| payment(&one.id, &agent(if n < 990 { 1 } else { 2 }), n))
            .collect();
        let mut tx = store.begin().await.unwrap();
        payments::insert_all(&mut tx, &rows).await.unwrap();
        payments::insert_all(&mut tx, &[payment(&two.id, &agent(3), 2_000)]).await.unwrap();
        payments::insert_all(&mut tx, &[]).await.unwrap();
        tx.commit().await.unwrap();
        let mut expected = inner(&rows);
        expected.reverse();

        let mut conn = store.read().await.unwrap();
        let mut seen = Vec::new();
        let all = Filter::default();
        let mut after: Option<Position> = None;
        loop {
            let page = payments::list(&mut conn, &one.id, &all, after.as_ref(), 300).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(position(last));
            seen.extend(page);
        }
        assert!(seen == expected, "{} of 1000 came back", seen.len());
        let (first, other) = (agent(1).id, agent(2).id);
        let of = |agent| Filter { agent: Some(agent), ..Filter::default() };
        let of_other = payments::list(&mut conn, &one.id, &of(other), None, 5_000).await.unwrap();
        assert_eq!(of_other, expected[..10]);
        let cut = position(&expected[12]);
        let of_first = payments::list(&mut conn, &one.id, &of(first), Some(&cut), 3).await.unwrap();
        assert_eq!(of_first, expected[13..16]);
        let foreign = agent(3).id;
        let of_foreign = payments::list(&mut conn, &one.id, &of(foreign), None, 9).await.unwrap();
        assert!(of_foreign.is_empty());
        assert_eq!(payments::list(&mut conn, &two.id, &all, None, 9).await.unwrap().len(), 1);

        let usdc: Currency = "USDC".parse().unwrap();
        let currencies = payments::list_currencies(&mut conn, &one.id).await.unwrap();
        assert_eq!(currencies, [Currency::EUR, usdc]);
        let recording = payments::get_recording(&mut conn, &one.id, &expected[0].id).await.unwrap();
        assert_eq!(recording.unwrap().leaf_hash, "leaf");
        let foreign = payments::get_recording(&mut conn, &two.id, &expected[0].id).await.unwrap();
        assert!(foreign.is_none());
    }

    async fn a_filtered_list_is_the_list_without_the_rest(store: &Store) {
        let [one, _] = tenants(store, [&[1, 2], &[]]).await;
        let mut rows: Vec<_> = (0..240)
            .map(|n| payment(&one.id, &agent(if n % 3 == 0 { 2 } else { 1 }), n))
            .collect();
        for (row, n) in rows.iter_mut().zip(0_i64..) {
            // Four at a time happened together, so that only the id tells their order.
            row.payment.happened_at_ms = NOW - (n / 4) * 1_000;
            row.payment.rail = if n % 40 == 7 { Rail::X402 } else { Rail::Tracked };
        }
        let mut tx = store.begin().await.unwrap();
        payments::insert_all(&mut tx, &rows).await.unwrap();
        tx.commit().await.unwrap();
        let mut all = inner(&rows);
        all.sort_by(|x, y| (y.happened_at_ms, &y.id).cmp(&(x.happened_at_ms, &x.id)));

        let some = Filter::default;
        let reference = format!("{TRICKY} 6");
        let filters: [(Filter, Passes); 11] = [
            (some(), |_| true),
            (Filter { agent: Some(agent(2).id), ..some() }, |p| p.agent_id == agent(2).id),
            (Filter { status: Some(PaymentStatus::Late), ..some() }, |p| p.status == PaymentStatus::Late),
            (Filter { rail: Some(Rail::X402), ..some() }, |p| p.rail == Rail::X402),
            (Filter { rail: Some(Rail::Escrow), ..some() }, |_| false),
            (Filter { direction: Some(Direction::Received), ..some() }, |p| p.direction == Direction::Received),
            (Filter { autonomous: Some(true), ..some() }, |p| p.autonomous),
            (Filter { currency: Some(Currency::EUR), status: Some(PaymentStatus::Paid), ..some() },
                |p| p.amount.currency == Currency::EUR && p.status == PaymentStatus::Paid),
            (Filter { from_ms: Some(NOW - 20_000), until_ms: Some(NOW - 3_000), ..some() },
                |p| (NOW - 20_000..NOW - 3_000).contains(&p.happened_at_ms)),
            (Filter { autonomous: Some(false), from_ms: Some(NOW - 20_000), until_ms: Some(NOW - 3_000), ..some() },
                |p| !p.autonomous && (NOW - 20_000..NOW - 3_000).contains(&p.happened_at_ms)),
            (Filter { reference: Some(reference), direction: Some(Direction::Sent), ..some() },
                |p| p.reference.as_deref().is_some_and(|r| r.ends_with(" 6"))),
        ];
        let mut conn = store.read().await.unwrap();
        for (filter, passes) in &filters {
            let expected: Vec<_> = all.iter().filter(|p| passes(p)).cloned().collect();
            let mut seen = Vec::new();
            let mut after: Option<Position> = None;
            loop {
                let page = payments::list(&mut conn, &one.id, filter, after.as_ref(), 7).await.unwrap();
                let Some(last) = page.last() else { break };
                after = Some(position(last));
                seen.extend(page);
            }
            assert_eq!(seen.len(), expected.len(), "{filter:?}");
            assert!(seen == expected, "{filter:?}");
        }
        let by_id = Filter { reference: Some(all[3].id.to_string()), ..some() };
        assert_eq!(payments::list(&mut conn, &one.id, &by_id, None, 7).await.unwrap(), all[3..4]);
    }

    async fn a_reference_is_unique_for_its_agent(store: &Store) {
        let [one, two] = tenants(store, [&[1, 2], &[3]]).await;
        let (a, b, c) = (agent(1), agent(2), agent(3));
        let same = format!("{TRICKY} 2");
        let mut other = payment(&one.id, &b, 4);
        other.payment.reference = Some(same.clone());
        let mut foreign = payment(&two.id, &c, 6);
        foreign.payment.reference = Some(same.clone());
        // Odd ones have no reference, and any number of those may stand beside each other.
        let rows = [payment(&one.id, &a, 1), payment(&one.id, &a, 2), payment(&one.id, &a, 3), other.clone(), foreign];
        let mut tx = store.begin().await.unwrap();
        payments::insert_all(&mut tx, &rows).await.unwrap();
        tx.commit().await.unwrap();

        let mut conn = store.read().await.unwrap();
        let asked = [
            (&one.id, &a.id, same.as_str()),
            (&one.id, &b.id, same.as_str()),
            (&one.id, &c.id, same.as_str()),
            (&one.id, &a.id, "unknown"),
        ];
        let mut found = payments::list_by_reference(&mut conn, &asked).await.unwrap();
        found.sort_by(|x, y| x.id.cmp(&y.id));
        assert_eq!(found, [rows[1].payment.clone(), other.payment.clone()]);
        assert!(payments::list_by_reference(&mut conn, &[]).await.unwrap().is_empty());

        let ids = [rows[0].payment.id.as_str(), rows[4].payment.id.as_str(), "pay_unknown"];
        let asked: Vec<_> = ids.iter().map(|id| (&one.id, *id)).collect();
        let found = payments::list_by_id(&mut conn, &asked).await.unwrap();
        assert_eq!(found, inner(&rows[..1]), "the other workspace's is not found");
        assert!(payments::list_by_id(&mut conn, &[]).await.unwrap().is_empty());

        let mut tx = store.begin().await.unwrap();
        let mut again = payment(&one.id, &a, 8);
        again.payment.reference = Some(same);
        let batch = [payment(&one.id, &a, 10), again];
        let error = payments::insert_all(&mut tx, &batch).await.unwrap_err();
        assert!(error.is_unique_violation(), "{error}");
        drop(tx);
        let listed = payments::list(&mut conn, &one.id, &Filter::default(), None, 99).await.unwrap();
        assert_eq!(listed.len(), 4, "nothing of the refused batch stays");
    }

    async fn evidence_accumulates_by_its_key(store: &Store) {
        let (one, two) = (workspace(1).id, workspace(2).id);
        let (a, b) = (agent(1).id, agent(2).id);
        let rows: Vec<_> = (0..200)
            .flat_map(|n| PaymentStatus::ALL.iter().map(move |s| evidence_row(20_000 + n, 19_000 + n, *s)))
            .collect();
        let batch: Vec<_> = rows.iter().map(|e| (&one, &a, e.clone())).collect();
        let mut tx = store.begin().await.unwrap();
        evidence::add_all(&mut tx, &batch).await.unwrap();
        evidence::add_all(&mut tx, &batch[..1]).await.unwrap();
        evidence::add_all(&mut tx, &[]).await.unwrap();
        evidence::add_all(&mut tx, &[(&one, &b, rows[5].clone()), (&two, &a, rows[6].clone())]).await.unwrap();
        tx.commit().await.unwrap();

        let mut expected = rows.clone();
        let first = expected[0].clone();
        expected[0].add(&first);
        expected.sort_by_key(|e| (e.recorded_day, e.event_day, e.status.as_str()));
        let mut conn = store.read().await.unwrap();
        let listed = evidence::list(&mut conn, &one, &a).await.unwrap();
        assert!(listed == expected, "{} rows", listed.len());
        assert_eq!(evidence::list(&mut conn, &one, &b).await.unwrap(), rows[5..6]);
        assert_eq!(evidence::list(&mut conn, &two, &a).await.unwrap(), rows[6..7]);
        assert!(evidence::list(&mut conn, &two, &b).await.unwrap().is_empty());

        let day = evidence_row(30_000, 30_000, PaymentStatus::Paid);
        let mut apart = vec![day.clone()];
        apart.push(Evidence { self_payment: !day.self_payment, ..day.clone() });
        apart.push(Evidence { known_currency: !day.known_currency, ..day.clone() });
        let batch: Vec<_> = apart.iter().map(|e| (&two, &b, e.clone())).collect();
        let mut tx = store.begin().await.unwrap();
        evidence::add_all(&mut tx, &batch).await.unwrap();
        assert_eq!(evidence::list(&mut tx, &two, &b).await.unwrap().len(), 3);
    }

    async fn day_hashes_are_written_over_and_listed_oldest_first(store: &Store) {
        let (one, two) = (workspace(1).id, workspace(2).id);
        let (a, b) = (agent(1).id, agent(2).id);
        let mut tx = store.begin().await.unwrap();
        let days = [day(&one, &a, 20_001, "x"), day(&one, &a, 9_999, "y"), day(&one, &b, 20_001, "z"), day(&two, &a, 20_001, "w")];
        evidence::upsert_days(&mut tx, &days).await.unwrap();
        evidence::upsert_days(&mut tx, &[day(&one, &a, 20_001, "x2")]).await.unwrap();
        evidence::upsert_days(&mut tx, &[]).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        assert_eq!(evidence::list_day_hashes(&mut conn, &one, &a).await.unwrap(), ["y", "x2"]);
        assert_eq!(evidence::list_day_hashes(&mut conn, &two, &a).await.unwrap(), ["w"]);
        assert!(evidence::list_day_hashes(&mut conn, &two, &b).await.unwrap().is_empty());
        let asked = [(&one, &a, 20_001), (&one, &b, 20_001), (&one, &a, 5), (&two, &b, 20_001)];
        let mut found = evidence::list_days(&mut conn, &asked).await.unwrap();
        found.sort_by(|x, y| x.agent_id.cmp(&y.agent_id));
        assert_eq!(found, [day(&one, &a, 20_001, "x2"), day(&one, &b, 20_001, "z")]);
        assert!(evidence::list_days(&mut conn, &[]).await.unwrap().is_empty());
    }

    async fn rollups_stay_exact_beyond_64_bits(store: &Store) {
        let (one, two) = (workspace(1).id, workspace(2).id);
        let quarter = quarter_of(NOW);
        let huge = i128::from(i64::MAX) + 999_999_999;
        let paid = rollup(&one, quarter, PaymentStatus::Paid);
        let mut tx = store.begin().await.unwrap();
        for _ in 0..3 {
            rollups::add_all(&mut tx, &[(paid.clone(), PERIOD, 2, huge)]).await.unwrap();
        }
        // A carry each time: 999,999,999 millionths.
        let late = rollup(&one, quarter, PaymentStatus::Late);
        for _ in 0..7 {
            rollups::add_all(&mut tx, &[(late.clone(), PERIOD, 1, 999_999_999)]).await.unwrap();
        }
        let next = rollup(&one, quarter + QUARTER_MS, PaymentStatus::Paid);
        let many: Vec<_> = (2..1_000)
            .map(|n| (rollup(&one, quarter + n * QUARTER_MS, PaymentStatus::Missed), PERIOD, 1, 1_500_000_001))
            .collect();
        rollups::add_all(&mut tx, &[(next, PERIOD, 1, 1)]).await.unwrap();
        rollups::add_all(&mut tx, &many).await.unwrap();
        rollups::add_all(&mut tx, &[(rollup(&two, quarter, PaymentStatus::Paid), PERIOD, 1, 5)]).await.unwrap();
        rollups::add_all(&mut tx, &[]).await.unwrap();
        tx.commit().await.unwrap();

        let mut conn = store.read().await.unwrap();
        let until = quarter + QUARTER_MS;
        let totals = rollups::list_totals(&mut conn, &one, quarter, until).await.unwrap();
        let expected = [
            total(PaymentStatus::Late, 7, 7 * 999_999_999),
            total(PaymentStatus::Paid, 6, 3 * huge),
        ];
        assert_eq!(totals, expected);
        let totals = rollups::list_totals(&mut conn, &one, quarter, i64::MAX).await.unwrap();
        let expected = [
            total(PaymentStatus::Late, 7, 7 * 999_999_999),
            total(PaymentStatus::Missed, 998, 998 * 1_500_000_001),
            total(PaymentStatus::Paid, 7, 3 * huge + 1),
        ];
        assert_eq!(totals, expected);
        let other = rollups::list_totals(&mut conn, &two, 0, i64::MAX).await.unwrap();
        assert_eq!(other, [total(PaymentStatus::Paid, 1, 5)]);
        assert!(rollups::list_totals(&mut conn, &one, 0, quarter).await.unwrap().is_empty());
        let bounds = rollups::get_bounds(&mut conn, &one).await.unwrap();
        assert_eq!(bounds, Some((quarter, quarter + 999 * QUARTER_MS)));
        let nobody = workspace(3).id;
        assert_eq!(rollups::get_bounds(&mut conn, &nobody).await.unwrap(), None);
    }
}
