//! An agent's score now, with what explains it.

use model::score::{self, Evidence, InsufficientHistory, LOOK_BACK_DAYS, NextGrade, Score};
use model::{PaymentStatus, UtcDay, day_of};

use crate::agents::find_agent;
use crate::{Actor, Capability, Error, Services};

/// An agent's score at this moment.
#[derive(Debug, Clone)]
pub struct AgentScore {
    /// The instant that was scored (Unix milliseconds).
    pub as_of_ms: i64,
    /// The score, or how many payments are missing.
    pub score: Result<Score, InsufficientHistory>,
    /// What it takes to reach the next grade.
    pub next_grade: Option<NextGrade>,
    /// What was scored: days, not payments.
    pub evidence: Vec<Evidence>,
    /// Figures that stand beside the score and never in it.
    pub facts: ScoreFacts,
}

/// Figures over the counting payments of the last 540 days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScoreFacts {
    /// All of them.
    pub counted: i64,
    /// `paid` or `on_time`.
    pub went_right: i64,
    /// `late`.
    pub late: i64,
    /// `missed`.
    pub missed: i64,
    /// `disputed`.
    pub disputed: i64,
    /// Days on which any was recorded.
    pub active_days: i64,
    /// The newest such day.
    pub newest_recorded_day: Option<UtcDay>,
}

/// The score at the end of a UTC day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScorePoint {
    /// The day.
    pub day: UtcDay,
    /// 0 to 100; none while too few payments counted.
    pub score: Option<u8>,
}

/// How far back a score is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HistorySpan {
    /// 26 weeks, one point a week.
    #[default]
    Weeks,
    /// 90 days, one point a day.
    Days,
}

impl HistorySpan {
    /// Every span, in the order of the switch.
    pub const ALL: [Self; 2] = [Self::Weeks, Self::Days];

    /// The spelling in a URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Weeks => "26w",
            Self::Days => "90d",
        }
    }

    /// The span that a URL names; 26 weeks if it names none.
    pub fn of(name: &str) -> Self {
        Self::ALL.into_iter().find(|span| span.as_str() == name).unwrap_or_default()
    }

    /// The days of its points, the last one today.
    pub(crate) fn days(self, today: UtcDay) -> Vec<UtcDay> {
        let (points, step) = match self {
            Self::Weeks => (27, 7),
            Self::Days => (90, 1),
        };
        (0..points).map(|n| today - (points - 1 - n) * step).collect()
    }
}

impl AgentScore {
    /// The score as it was on past days, computed from the same evidence.
    pub fn history(&self, span: HistorySpan) -> Vec<ScorePoint> {
        let days = span.days(day_of(self.as_of_ms));
        let scores = score::history(&self.evidence, &days);
        days.into_iter().zip(scores).map(|(day, score)| ScorePoint { day, score }).collect()
    }
}

impl Services {
    /// Scores an agent now. Reads days, not payments.
    pub async fn agent_score(&self, actor: &Actor, id: &str) -> Result<AgentScore, Error> {
        actor.require(Capability::Read)?;
        let mut conn = self.store().read().await?;
        let agent = find_agent(&mut conn, actor, id).await?;
        let evidence = store::evidence::list(&mut conn, &actor.workspace_id, &agent.id).await?;
        let as_of_ms = self.now_ms();
        let as_of_day = day_of(as_of_ms);
        Ok(AgentScore {
            as_of_ms,
            score: score::score(&evidence, as_of_day),
            next_grade: score::next_grade(&evidence, as_of_day),
            facts: ScoreFacts::of(&evidence, as_of_day),
            evidence,
        })
    }
}

impl ScoreFacts {
    fn of(evidence: &[Evidence], as_of_day: UtcDay) -> Self {
        let mut facts = Self::default();
        let mut days = std::collections::BTreeSet::new();
        let recent = evidence
            .iter()
            .filter(|e| e.event_day <= as_of_day && as_of_day - e.event_day <= LOOK_BACK_DAYS);
        for row in recent {
            facts.counted += row.count;
            match row.status {
                PaymentStatus::Paid | PaymentStatus::OnTime => facts.went_right += row.count,
                PaymentStatus::Late => facts.late += row.count,
                PaymentStatus::Missed => facts.missed += row.count,
                PaymentStatus::Disputed => facts.disputed += row.count,
            }
            days.insert(row.recorded_day);
        }
        facts.active_days = i64::try_from(days.len()).unwrap_or(i64::MAX);
        facts.newest_recorded_day = days.last().copied();
        facts
    }
}
