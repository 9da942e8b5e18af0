use model::{
    AgentId, Currency, Direction, PaymentStatus, QUARTER_MS, Rail, WorkspaceId, quarter_of,
};

use super::{Database, NOW, agent, both_engines, open, workspace};
use crate::engine::on_db;
use crate::periods::{BucketTotal, Grain, LocalPeriod, Piece};
use crate::rollups::{RollupKey, Total};
use crate::{Store, agents, periods, rollups, workspaces};

const HUGE: i128 = i64::MAX as i128 + 999_999_999;
const DAY: i64 = 20_740;
const MONTH: i64 = 20_727;

fn key(of: &WorkspaceId, agent: &AgentId, quarter_ms: i64, status: PaymentStatus) -> RollupKey {
    RollupKey {
        workspace_id: of.clone(),
        agent_id: agent.clone(),
        quarter_ms,
        currency: Currency::EUR,
        direction: Direction::Sent,
        rail: Rail::Tracked,
        status,
    }
}

fn bucket(bucket: i64, status: PaymentStatus, count: i64, micros: i128) -> BucketTotal {
    let (currency, direction) = (Currency::EUR, Direction::Sent);
    BucketTotal { bucket, total: Total { currency, direction, status, count, micros } }
}

fn piece(bucket: i64, since: i64, until: i64) -> Piece {
    Piece { bucket, since, until }
}

fn sorted(mut rows: Vec<BucketTotal>) -> Vec<BucketTotal> {
    rows.sort_by_key(|row| (row.bucket, row.total.status));
    rows
}

both_engines! {
    async fn periods_add_up_by_bucket_and_agent_and_are_rebuilt_alike(store: &Store) {
        use PaymentStatus::{Missed, Paid};
        let (one, two) = (workspace(1).id, workspace(2).id);
        let (a, b) = (agent(1).id, agent(2).id);
        let quarter = quarter_of(NOW);
        let at = |day| LocalPeriod { day, month: MONTH };
        let next_day = quarter + 96 * QUARTER_MS;
        let rows = [
            (key(&one, &a, quarter, Paid), at(DAY), 2, HUGE),
            (key(&one, &a, quarter, Missed), at(DAY), 1, 5),
            (key(&one, &b, quarter, Paid), at(DAY), 1, 999_999_999),
            (key(&one, &b, next_day, Paid), at(DAY + 1), 1, 7),
            (key(&two, &a, quarter, Paid), at(DAY), 1, 3),
        ];
        let mut tx = store.begin().await.unwrap();
        for _ in 0..2 {
            rollups::add_all(&mut tx, &rows).await.unwrap();
            periods::add_all(&mut tx, &rows).await.unwrap();
        }
        periods::add_all(&mut tx, &[]).await.unwrap();
        tx.commit().await.unwrap();

        let days = [piece(0, DAY, 0), piece(1, DAY + 1, 0), piece(2, DAY + 2, 0)];
        let months = [piece(0, MONTH, 0)];
        let all = [
            bucket(0, Paid, 6, 2 * HUGE + 1_999_999_998),
            bucket(0, Missed, 2, 10),
            bucket(1, Paid, 2, 14),
        ];
        for round in 0..2 {
            let mut conn = store.read().await.unwrap();
            let found = periods::list_periods(&mut conn, &one, None, Grain::Day, &days).await;
            assert_eq!(sorted(found.unwrap()), all, "round {round}");
            let found = periods::list_periods(&mut conn, &one, None, Grain::Month, &months).await;
            let month = [bucket(0, Paid, 8, 2 * HUGE + 2_000_000_012), bucket(0, Missed, 2, 10)];
            assert_eq!(sorted(found.unwrap()), month, "round {round}");
            let found = periods::list_periods(&mut conn, &one, Some(&b), Grain::Day, &days).await;
            let of_b = [bucket(0, Paid, 2, 1_999_999_998), bucket(1, Paid, 2, 14)];
            assert_eq!(sorted(found.unwrap()), of_b, "round {round}");
            let mut spent =
                periods::list_spending(&mut conn, &one, Grain::Day, Currency::EUR, &days).await.unwrap();
            spent.sort();
            assert_eq!(spent, [(a.clone(), 2 * HUGE), (b.clone(), 2_000_000_012)]);
            let mut counts = periods::list_counts(&mut conn, &one, &[&a, &b], (DAY, DAY + 1)).await.unwrap();
            counts.sort();
            assert_eq!(counts, [(a.clone(), DAY, 6), (b.clone(), DAY, 2), (b.clone(), DAY + 1, 2)]);
            let first = periods::list_counts(&mut conn, &one, &[&b], (DAY, DAY)).await.unwrap();
            assert_eq!(first, [(b.clone(), DAY, 2)]);
            drop(conn);

            // The same again, from the quarters.
            let spans = |first: i64| [(first, quarter, next_day), (first + 1, next_day, i64::MAX)];
            let mut tx = store.begin().await.unwrap();
            periods::delete_all(&mut tx, &one).await.unwrap();
            periods::rebuild(&mut tx, &one, Grain::Day, &spans(DAY)).await.unwrap();
            periods::rebuild(&mut tx, &one, Grain::Month, &[(MONTH, 0, i64::MAX)]).await.unwrap();
            tx.commit().await.unwrap();
        }

        let mut conn = store.read().await.unwrap();
        let pieces = [piece(0, quarter, quarter + QUARTER_MS), piece(7, next_day, i64::MAX)];
        let found = periods::list_quarters(&mut conn, &one, None, &pieces).await.unwrap();
        let quarters = [all[0].clone(), all[1].clone(), bucket(7, Paid, 2, 14)];
        assert_eq!(sorted(found), quarters);
        let found = periods::list_quarters(&mut conn, &one, Some(&a), &pieces).await.unwrap();
        assert_eq!(sorted(found), [bucket(0, Paid, 4, 2 * HUGE), bucket(0, Missed, 2, 10)]);
        let eur = Currency::EUR;
        let found = periods::list_quarter_spending(&mut conn, &one, eur, &pieces[1..]).await;
        assert_eq!(found.unwrap(), [(b, 14)]);
        let other = periods::list_periods(&mut conn, &two, None, Grain::Day, &days).await.unwrap();
        assert_eq!(other, [bucket(0, Paid, 2, 6)]);
        assert!(periods::list_periods(&mut conn, &two, None, Grain::Day, &[]).await.unwrap().is_empty());
        assert!(periods::list_quarters(&mut conn, &two, None, &[]).await.unwrap().is_empty());
    }

    async fn a_workspace_moves_to_another_time_zone(store: &Store) {
        let [one, _] = super::tenants(store, [&[1], &[]]).await;
        let mut tx = store.begin().await.unwrap();
        assert!(workspaces::update_time_zone(&mut tx, &one.id, "Asia/Kolkata").await.unwrap());
        assert!(!workspaces::update_time_zone(&mut tx, &workspace(3).id, "UTC").await.unwrap());
        tx.commit().await.unwrap();
        let mut conn = store.read().await.unwrap();
        assert_eq!(workspaces::get(&mut conn, &one.id).await.unwrap().unwrap().time_zone, "Asia/Kolkata");
        drop(conn);

        let mut tx = store.begin().await.unwrap();
        let locked = agents::lock(&mut tx, &[(&one.id, &agent(1).id, None)], NOW).await.unwrap();
        assert_eq!(locked[0].time_zone, "Asia/Kolkata");
        // Whoever records payments meanwhile keeps the zone as it is.
        let (other, id) = (store.clone(), one.id.clone());
        let moving = tokio::spawn(async move {
            let mut tx = other.begin().await.unwrap();
            workspaces::update_time_zone(&mut tx, &id, "UTC").await.unwrap();
            tx.commit().await.unwrap();
        });
        tokio::time::sleep(std::time::Duration::from_millis(150)).await;
        assert!(!moving.is_finished());
        tx.commit().await.unwrap();
        moving.await.unwrap();
    }
}

/// A database of the release before has payments and not this table: it is made and filled when the server starts.
async fn a_database_without_periods_gets_them(database: Database) {
    use PaymentStatus::{Missed, Paid};
    let (one, a, b) = (workspace(1).id, agent(1).id, agent(2).id);
    // 31 January, 1 February, 29 February and 1 March of a leap year, and the end of a century's last February.
    let days = [19_753, 19_754, 19_782, 19_783, 47_540, 47_541];
    let months = [19_723, 19_754, 19_754, 19_783, 47_513, 47_541];
    let rows: Vec<_> = days
        .into_iter()
        .zip(months)
        .zip(1..)
        .flat_map(|((day, month), n)| {
            let (first, last) = (day * model::DAY_MS, (day + 1) * model::DAY_MS - QUARTER_MS);
            let at = LocalPeriod { day, month };
            [
                (key(&one, &a, first, Paid), at, n, HUGE),
                (key(&one, &a, last, Paid), at, 1, 999_999_999),
                (key(&one, &b, last, Missed), at, 1, n.into()),
            ]
        })
        .collect();
    let mut tx = database.store.begin().await.unwrap();
    rollups::add_all(&mut tx, &rows).await.unwrap();
    periods::add_all(&mut tx, &rows).await.unwrap();
    let expected = all_periods(&mut tx).await;
    assert_eq!(expected.len(), 6 * 4 + 5 * 4);
    for sql in [
        "DROP TABLE payment_periods",
        "DROP INDEX certificates_suspended",
        "DROP INDEX api_keys_by_end",
        "DELETE FROM _sqlx_migrations WHERE version = 8",
    ] {
        on_db!(tx, c => sqlx::query(sql).execute(c).await.map(drop)).unwrap();
    }
    tx.commit().await.unwrap();
    database.store.close().await;
    let again = open(&database.url).await;
    let mut conn = again.read().await.unwrap();
    assert_eq!(all_periods(&mut conn).await, expected);
    drop(conn);
    again.close().await;
    database.drop().await;
}

type StoredPeriod = (String, i64, String, String, i64, i64, i64);

async fn all_periods(conn: &mut crate::Conn) -> Vec<StoredPeriod> {
    on_db!(conn, c => sqlx::query_as(
        "SELECT grain, start_day, agent_id, status, count, micros_hi, micros_lo FROM payment_periods
         ORDER BY grain, start_day, agent_id, status",
    )
    .fetch_all(c)
    .await)
    .unwrap()
}

#[tokio::test]
async fn a_database_without_periods_gets_them_on_sqlite() {
    a_database_without_periods_gets_them(Database::sqlite().await).await;
}

#[tokio::test]
async fn a_database_without_periods_gets_them_on_postgres() {
    a_database_without_periods_gets_them(Database::postgres().await).await;
}
