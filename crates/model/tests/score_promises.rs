//! The promises of `trust-score/1`, tried on payments that nobody chose.

use std::collections::BTreeMap;

use model::score::{Grade, Score, ScoredEvent, score_events};
use model::{Amount, Currency, DAY_MS, PaymentStatus};
use proptest::prelude::*;

const NOON: i64 = 20_000 * DAY_MS + DAY_MS / 2;

fn status() -> impl Strategy<Value = PaymentStatus> {
    // Mostly good, as in life; else hardly any case would have a score worth comparing.
    prop_oneof![
        4 => Just(PaymentStatus::Paid),
        8 => Just(PaymentStatus::OnTime),
        2 => Just(PaymentStatus::Late),
        1 => Just(PaymentStatus::Missed),
        1 => Just(PaymentStatus::Disputed),
    ]
}

fn currency() -> impl Strategy<Value = Currency> {
    let code = |c: &str| c.parse::<Currency>().expect("a known code");
    prop_oneof![6 => Just(code("EUR")), 1 => Just(code("JPY")), 1 => Just(code("XTS"))]
}

prop_compose! {
    fn event()(
        status in status(),
        currency in currency(),
        micros in prop_oneof![1..10_000_i64, 1_000_000..100_000_000_i64, Just(10_000_000), 1..100_000_000_000_i64],
        age in prop_oneof![5 => 0..60_i64, 2 => 0..560_i64],
        import in prop::bool::weighted(0.1),
        recorded_age in 0..60_i64,
        self_payment in prop::bool::weighted(0.1),
        autonomous in prop::bool::weighted(0.95),
        on_day_0 in prop::bool::weighted(0.15),
    ) -> ScoredEvent {
        let age = if on_day_0 { 0 } else { age };
        let recorded_age = if import { recorded_age.min(age) } else { age };
        ScoredEvent {
            status,
            amount: Amount { micros, currency },
            autonomous,
            self_payment,
            happened_at_ms: NOON - age * DAY_MS,
            recorded_at_ms: NOON - recorded_age * DAY_MS,
        }
    }
}

fn events() -> impl Strategy<Value = Vec<ScoredEvent>> {
    prop_oneof![
        2 => prop::collection::vec(event(), 0..12),
        3 => prop::collection::vec(event(), 10..60),
    ]
}

fn points(events: &[ScoredEvent]) -> Option<Score> {
    score_events(events, NOON).ok()
}

fn with(events: &[ScoredEvent], extra: ScoredEvent) -> Vec<ScoredEvent> {
    let mut all = events.to_vec();
    all.push(extra);
    all
}

fn failed(status: PaymentStatus) -> bool {
    matches!(status, PaymentStatus::Late | PaymentStatus::Missed | PaymentStatus::Disputed)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn p1_order_does_not_matter(
        (events, shuffled) in events().prop_flat_map(|e| (Just(e.clone()), Just(e).prop_shuffle())),
    ) {
        prop_assert_eq!(score_events(&events, NOON), score_events(&shuffled, NOON));
    }

    #[test]
    fn p2_a_success_never_lowers_it(events in events(), extra in event(), on_time in any::<bool>()) {
        let status = if on_time { PaymentStatus::OnTime } else { PaymentStatus::Paid };
        if let Some(before) = points(&events) {
            let after = points(&with(&events, ScoredEvent { status, ..extra })).unwrap();
            prop_assert!(after.score >= before.score, "{} -> {}", before.score, after.score);
        }
    }

    #[test]
    fn p3_a_failure_never_raises_it(events in events(), extra in event(), disputed in any::<bool>()) {
        let status = if disputed { PaymentStatus::Disputed } else { PaymentStatus::Missed };
        if let Some(before) = points(&events) {
            let after = points(&with(&events, ScoredEvent { status, ..extra })).unwrap();
            prop_assert!(after.score <= before.score, "{} -> {}", before.score, after.score);
        }
    }

    #[test]
    fn p4_an_upgrade_never_lowers_it(events in events(), one in event()) {
        let ladder = [PaymentStatus::Disputed, PaymentStatus::Missed, PaymentStatus::Late, PaymentStatus::OnTime];
        // A success to one's own workspace does not count at all, so it is no step up.
        let one = ScoredEvent { self_payment: false, ..one };
        let scores: Vec<_> = ladder
            .iter()
            .filter_map(|status| points(&with(&events, ScoredEvent { status: *status, ..one })))
            .map(|s| s.score)
            .collect();
        prop_assert!(scores.windows(2).all(|w| w[0] <= w[1]), "{:?}", scores);
    }

    #[test]
    fn p5_a_clean_record_is_never_f(events in events()) {
        let clean: Vec<_> = events.into_iter().filter(|e| !failed(e.status)).collect();
        if let Some(score) = points(&clean) {
            prop_assert!(score.grade > Grade::F);
        }
    }

    #[test]
    fn p6_one_recorded_day_gives_85_at_most(events in events()) {
        let today: Vec<_> = events
            .into_iter()
            .map(|e| ScoredEvent { recorded_at_ms: NOON, ..e })
            .collect();
        if let Some(score) = points(&today) {
            prop_assert!(score.score <= 85, "{}", score.score);
        }
    }

    #[test]
    fn p7_the_best_grade_needs_time_and_many_payments(days in prop::collection::vec((0..45_i64, 1..12_usize, any::<bool>(), 0..60_i64), 1..25)) {
        let mut successes = BTreeMap::new();
        let mut events = Vec::new();
        for (recorded_age, count, late, older) in days {
            *successes.entry(recorded_age).or_insert(0) += count;
            let status = if late && count == 1 { PaymentStatus::Late } else { PaymentStatus::OnTime };
            events.extend((0..count).map(|_| ScoredEvent {
                status,
                amount: Amount { micros: 40_000_000, currency: Currency::EUR },
                autonomous: true,
                self_payment: false,
                happened_at_ms: NOON - (recorded_age + older) * DAY_MS,
                recorded_at_ms: NOON - recorded_age * DAY_MS,
            }));
        }
        if points(&events).is_some_and(|s| s.score >= 95) {
            let oldest = successes.last_key_value().map(|(age, _)| *age);
            prop_assert!(oldest >= Some(30), "{:?}", oldest);
            prop_assert!(successes.len() >= 10 && successes.values().sum::<usize>() > 20);
        }
    }

    #[test]
    fn p8_only_autonomous_payments_count(events in events(), extra in prop::collection::vec(event(), 0..20)) {
        let mut more = events.clone();
        more.extend(extra.into_iter().map(|e| ScoredEvent { autonomous: false, ..e }));
        prop_assert_eq!(score_events(&events, NOON), score_events(&more, NOON));
    }
}
