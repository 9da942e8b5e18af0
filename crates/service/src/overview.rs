//! The first thing that an owner sees.

use std::collections::HashMap;

use model::score::history;
use model::{
    Agent, AgentId, AgentSort, AgentStatus, ApiKey, ApiKeyState, Certificate, CertificateState,
    Currency, DAY_MS, Payment, day_of,
};
use store::agents::AgentQuery;
use store::{Conn, periods};

use crate::chart_range::Pieces;
use crate::charts::agent_of;
use crate::scores::HistorySpan;
use crate::{Actor, Capability, ChartQuery, Error, MoneyChart, ScorePoint, Services};

/// A workspace at a glance.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Agents in service.
    pub agents: i64,
    /// The newest of them, at most 100.
    pub newest: Vec<Agent>,
    /// The agent that is looked at; none means all.
    pub agent: Option<AgentId>,
    /// Money over time.
    pub chart: MoneyChart,
    /// Those that spent most in the chart's time and currency, with their scores.
    pub spenders: Vec<AgentTrend>,
    /// The newest payments.
    pub recent: Vec<Payment>,
    /// What should not wait, most urgent first.
    pub attention: Vec<Attention>,
}

/// An agent's spending and how its score came to be what it is.
#[derive(Debug, Clone)]
pub struct AgentTrend {
    /// The agent.
    pub agent: Agent,
    /// What it spent in the chart's time and currency, in millionths.
    pub spent: i128,
    /// Its score over 26 weeks; the last one is today's.
    pub scores: Vec<ScorePoint>,
}

/// Something that should not wait.
#[derive(Debug, Clone)]
pub enum Attention {
    /// A certificate that is suspended, has expired or expires within 14 days.
    Certificate {
        /// The certificate.
        certificate: Box<Certificate>,
        /// Its state now.
        state: CertificateState,
    },
    /// A key that expires within 14 days.
    KeyExpires {
        /// The key.
        key: Box<ApiKey>,
    },
}

const NOTICE_DAYS: i64 = 14;
const LISTED: i64 = 20;
const CHOICES: i64 = 100;
const SPENDERS: usize = 5;

impl Services {
    /// The workspace at a glance: the chart that was asked for and what needs attention.
    pub async fn overview(&self, actor: &Actor, query: &ChartQuery) -> Result<Overview, Error> {
        actor.require(Capability::Read)?;
        actor.require_all_agents()?;
        let workspace = &actor.workspace_id;
        let mut conn = self.store().read().await?;
        let zone = self.zone(&mut conn, actor).await?;
        let agent = agent_of(&mut conn, actor, query).await?;
        let agents = store::agents::count(&mut conn, workspace).await?;
        let newest = newest(&mut conn, actor, self.now_ms()).await?;
        let chart = self.read_chart(&mut conn, actor, query, (zone, agent.as_ref())).await?;
        let spenders = match &agent {
            Some(_) => Vec::new(),
            None => self.spenders(&mut conn, actor, &chart, &newest).await?,
        };
        let filter = store::payments::Filter { agent: agent.clone(), ..Default::default() };
        let recent = store::payments::list(&mut conn, workspace, &filter, None, 8).await?;
        let attention = self.attention(&mut conn, actor).await?;
        Ok(Overview { agents, newest, agent, chart, spenders, recent, attention })
    }

    async fn spenders(
        &self,
        conn: &mut Conn,
        actor: &Actor,
        chart: &MoneyChart,
        newest: &[Agent],
    ) -> Result<Vec<AgentTrend>, Error> {
        let spent = spending(conn, actor, chart.currency, chart).await?;
        let mut ranked: Vec<_> = spent.iter().collect();
        ranked.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
        let mut agents: Vec<Agent> = Vec::new();
        for (id, _) in ranked {
            let known = newest.iter().find(|agent| agent.id == *id).cloned();
            let agent = match known {
                Some(agent) => Some(agent),
                None => {
                    let by_id = store::agents::AgentRef::Id(id.as_str());
                    store::agents::get(conn, &actor.workspace_id, by_id).await?
                }
            };
            // Those that were deleted have no page to lead to.
            agents.extend(agent);
            if agents.len() == SPENDERS {
                break;
            }
        }
        // Who spent nothing stands below, so that a score is seen before the first payment counts.
        for agent in newest.iter().take(SPENDERS) {
            if agents.len() < SPENDERS && agents.iter().all(|a| a.id != agent.id) {
                agents.push(agent.clone());
            }
        }
        let today = day_of(self.now_ms());
        let days = HistorySpan::Weeks.days(today);
        let mut trends = Vec::with_capacity(agents.len());
        for agent in agents {
            let evidence = store::evidence::list(conn, &actor.workspace_id, &agent.id).await?;
            let scores = days.iter().zip(history(&evidence, &days));
            let scores = scores.map(|(day, score)| ScorePoint { day: *day, score }).collect();
            let spent = spent.get(&agent.id).copied().unwrap_or_default();
            trends.push(AgentTrend { agent, spent, scores });
        }
        Ok(trends)
    }

    async fn attention(&self, conn: &mut Conn, actor: &Actor) -> Result<Vec<Attention>, Error> {
        let now_ms = self.now_ms();
        let until = now_ms + NOTICE_DAYS * DAY_MS;
        let workspace = &actor.workspace_id;
        let ending = store::certificates::list_ending(conn, workspace, until, LISTED).await?;
        let keys = store::api_keys::list(conn, workspace, None, 200).await?;
        let certificates = ending.into_iter().map(|certificate| Attention::Certificate {
            state: certificate.state(now_ms),
            certificate: Box::new(certificate),
        });
        let keys = keys
            .into_iter()
            .filter(|k| k.state(now_ms) == ApiKeyState::Active)
            .filter(|k| k.expires_at_ms.is_some_and(|at| at < until))
            .map(|key| Attention::KeyExpires { key: Box::new(key) });
        Ok(certificates.chain(keys).collect())
    }
}

/// The newest agents in service.
async fn newest(conn: &mut Conn, actor: &Actor, now_ms: i64) -> Result<Vec<Agent>, Error> {
    let query = AgentQuery {
        status: Some(AgentStatus::Active),
        framework: None,
        certified: None,
        now_ms,
        text: None,
        sort: AgentSort::Newest,
        after: None,
        limit: CHOICES,
    };
    Ok(store::agents::list_matching(conn, &actor.workspace_id, &query).await?)
}

/// What each agent spent in the chart's time.
async fn spending(
    conn: &mut Conn,
    actor: &Actor,
    currency: Currency,
    chart: &MoneyChart,
) -> Result<HashMap<AgentId, i128>, Error> {
    let workspace = &actor.workspace_id;
    let pieces = Pieces::of_span(chart.span(), &chart.zone);
    let mut rows =
        periods::list_quarter_spending(conn, workspace, currency, &pieces.quarters).await?;
    for (grain, pieces) in pieces.periods() {
        rows.extend(periods::list_spending(conn, workspace, grain, currency, pieces).await?);
    }
    let mut spent = HashMap::new();
    for (agent, micros) in rows {
        *spent.entry(agent).or_default() += micros;
    }
    Ok(spent)
}
