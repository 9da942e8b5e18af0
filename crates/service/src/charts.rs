//! Money over time, by the buckets of a range.

use std::collections::BTreeMap;

use model::{AgentId, Currency, Direction, PaymentStatus};
use store::Conn;
use store::periods::{self, BucketTotal};

use crate::agents::find_agent;
use crate::{Actor, Buckets, Capability, ChartRange, Compare, Error, Services, Span, Unit, Zone};

/// What a chart is asked for.
#[derive(Debug, Clone, Default)]
pub struct ChartQuery {
    /// The stretch of time.
    pub range: ChartRange,
    /// What to compare it with.
    pub compare: Compare,
    /// The currency; the one with the most payments if none is named.
    pub currency: Option<Currency>,
    /// Any id of the one agent that is looked at; all if none is named.
    pub agent_id: Option<String>,
}

/// What came in and went out in one bucket, in millionths of the currency unit. A missed payment moved no money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// When.
    pub span: Span,
    /// Received.
    pub received: i128,
    /// Sent.
    pub sent: i128,
    /// Received and sent in the bucket that this one is compared with.
    pub before: Option<(i128, i128)>,
}

/// How many sent payments went one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusCount {
    /// How they went.
    pub status: PaymentStatus,
    /// How many, in any currency.
    pub count: i64,
    /// How many in the period that this one is compared with.
    pub before: Option<i64>,
}

/// Money over time, in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoneyChart {
    /// What was asked for.
    pub range: ChartRange,
    /// What it is compared with.
    pub compare: Compare,
    /// The zone whose days these are.
    pub zone: Zone,
    /// What a bucket is.
    pub unit: Unit,
    /// The currency of every sum.
    pub currency: Currency,
    /// The currencies that there are payments in, in alphabetical order; the one that is shown is always among them.
    pub currencies: Vec<Currency>,
    /// In order of time; never empty.
    pub buckets: Vec<Bucket>,
    /// Sent payments by how they went, in the order of the statuses.
    pub by_status: Vec<StatusCount>,
}

impl MoneyChart {
    /// From the first bucket to the end of the last.
    pub fn span(&self) -> Span {
        let first = self.buckets.first().map_or(0, |b| b.span.from_ms);
        Span { from_ms: first, until_ms: self.buckets.last().map_or(first, |b| b.span.until_ms) }
    }

    /// Received and sent in all buckets.
    pub fn sums(&self) -> (i128, i128) {
        self.buckets.iter().fold((0, 0), |sum, b| (sum.0 + b.received, sum.1 + b.sent))
    }

    /// Received and sent in all buckets that these are compared with.
    pub fn sums_before(&self) -> Option<(i128, i128)> {
        let all: Option<Vec<_>> = self.buckets.iter().map(|b| b.before).collect();
        all.map(|all| all.iter().fold((0, 0), |sum, b| (sum.0 + b.0, sum.1 + b.1)))
    }

    /// Of the sent payments in any currency: how many were paid as agreed, and how many there are.
    pub fn went_right(&self) -> (i64, i64) {
        share_right(self.by_status.iter().map(|s| (s.status, s.count)))
    }

    /// The same in what this is compared with.
    pub fn went_right_before(&self) -> Option<(i64, i64)> {
        let all: Option<Vec<_>> =
            self.by_status.iter().map(|s| s.before.map(|n| (s.status, n))).collect();
        all.map(share_right)
    }
}

fn share_right(counts: impl IntoIterator<Item = (PaymentStatus, i64)>) -> (i64, i64) {
    counts.into_iter().fold((0, 0), |(right, all), (status, count)| {
        let good = matches!(status, PaymentStatus::Paid | PaymentStatus::OnTime);
        (right + if good { count } else { 0 }, all + count)
    })
}

impl Services {
    /// Money over time in the actor's workspace.
    pub async fn money_chart(
        &self,
        actor: &Actor,
        query: &ChartQuery,
    ) -> Result<MoneyChart, Error> {
        actor.require(Capability::Read)?;
        actor.require_all_agents()?;
        let mut conn = self.store().read().await?;
        let zone = self.zone(&mut conn, actor).await?;
        let agent = agent_of(&mut conn, actor, query).await?;
        self.read_chart(&mut conn, actor, query, (zone, agent.as_ref())).await
    }

    pub(crate) async fn zone(&self, conn: &mut Conn, actor: &Actor) -> Result<Zone, Error> {
        let workspace = store::workspaces::get(conn, &actor.workspace_id).await?;
        Ok(workspace.map(|w| Zone::stored(&w.time_zone)).unwrap_or_default())
    }

    pub(crate) async fn read_chart(
        &self,
        conn: &mut Conn,
        actor: &Actor,
        query: &ChartQuery,
        (zone, agent): (Zone, Option<&AgentId>),
    ) -> Result<MoneyChart, Error> {
        let buckets = Buckets::of(query.range, query.compare, &zone, self.now_ms());
        let pieces = buckets.pieces(&zone);
        let workspace = &actor.workspace_id;
        let mut totals = periods::list_quarters(conn, workspace, agent, &pieces.quarters).await?;
        for (grain, pieces) in pieces.periods() {
            totals.extend(periods::list_periods(conn, workspace, agent, grain, pieces).await?);
        }
        Ok(chart(query, zone, &buckets, &totals))
    }
}

/// The agent that a query names.
pub(crate) async fn agent_of(
    conn: &mut Conn,
    actor: &Actor,
    query: &ChartQuery,
) -> Result<Option<AgentId>, Error> {
    match &query.agent_id {
        Some(id) => Ok(Some(find_agent(conn, actor, id).await?.id)),
        None => Ok(None),
    }
}

fn chart(query: &ChartQuery, zone: Zone, buckets: &Buckets, totals: &[BucketTotal]) -> MoneyChart {
    let mut counts: BTreeMap<Currency, i64> = BTreeMap::new();
    for row in totals {
        *counts.entry(row.total.currency).or_default() += row.total.count;
    }
    let usual = counts.iter().max_by_key(|(_, count)| **count).map(|(currency, _)| *currency);
    let currency = query.currency.or(usual).unwrap_or(Currency::EUR);
    counts.entry(currency).or_default();

    let width = buckets.spans.len();
    let mut sums = vec![(0, 0); width + buckets.before.len()];
    let mut statuses = [[0; 2]; PaymentStatus::ALL.len()];
    for BucketTotal { bucket, total } in totals {
        let Some(bucket) = usize::try_from(*bucket).ok().filter(|b| *b < sums.len()) else {
            continue;
        };
        if total.direction == Direction::Sent
            && let Some(n) = PaymentStatus::ALL.iter().position(|s| *s == total.status)
        {
            statuses[n][usize::from(bucket >= width)] += total.count;
        }
        if total.currency == currency && total.status != PaymentStatus::Missed {
            match total.direction {
                Direction::Received => sums[bucket].0 += total.micros,
                Direction::Sent => sums[bucket].1 += total.micros,
            }
        }
    }
    let compared = !buckets.before.is_empty();
    MoneyChart {
        range: query.range,
        compare: query.compare,
        zone,
        unit: buckets.unit,
        currency,
        currencies: counts.into_keys().collect(),
        buckets: buckets
            .spans
            .iter()
            .enumerate()
            .map(|(n, span)| Bucket {
                span: *span,
                received: sums[n].0,
                sent: sums[n].1,
                before: sums.get(width + n).copied(),
            })
            .collect(),
        by_status: PaymentStatus::ALL
            .iter()
            .zip(statuses)
            .map(|(status, [count, before])| StatusCount {
                status: *status,
                count,
                before: compared.then_some(before),
            })
            .collect(),
    }
}
