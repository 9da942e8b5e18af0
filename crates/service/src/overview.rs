//! The first thing that an owner sees.

use std::collections::HashMap;

use model::score::{Evidence, history};
use model::{
    Agent, AgentId, AgentSort, AgentStatus, ApiKey, Certificate, CertificateState, Currency,
    DAY_MS, Payment, WebhookEndpoint, day_of,
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
    /// A certificate that is suspended, expires within 14 days or has expired in the last 30.
    Certificate {
        /// What its agent is called.
        agent_name: String,
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
    /// A webhook endpoint that has failed for more than 10 minutes, or was switched off because it failed or is gone.
    Webhook {
        /// The endpoint.
        endpoint: Box<WebhookEndpoint>,
    },
}

const NOTICE_DAYS: i64 = 14;
/// What has expired longer ago is not missed by anybody.
const EXPIRED_DAYS: i64 = 30;
const LISTED: i64 = 20;
const CHOICES: i64 = 100;
const SPENDERS: usize = 5;
/// More than are shown, because some may be deleted.
const RANKED: usize = 4 * SPENDERS;

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
        let agents = Self::ranked(conn, actor, &spent, newest).await?;
        let workspace = &actor.workspace_id;
        let of: Vec<_> = agents.iter().map(|agent| (workspace, &agent.id)).collect();
        let mut evidence: HashMap<AgentId, Vec<Evidence>> = HashMap::new();
        for (agent, row) in store::evidence::list_of(conn, &of).await? {
            evidence.entry(agent).or_default().push(row);
        }
        let days = HistorySpan::Weeks.days(day_of(self.now_ms()));
        let mut evidence_of = |id: &AgentId| evidence.remove(id).unwrap_or_default();
        let trend = |agent: Agent| {
            let evidence = evidence_of(&agent.id);
            let scores = days.iter().zip(history(&evidence, &days));
            AgentTrend {
                spent: spent.get(&agent.id).copied().unwrap_or_default(),
                scores: scores.map(|(day, score)| ScorePoint { day: *day, score }).collect(),
                agent,
            }
        };
        Ok(agents.into_iter().map(trend).collect())
    }

    /// Those that spent most, then those that are new, so that a score is seen before the first payment counts.
    async fn ranked(
        conn: &mut Conn,
        actor: &Actor,
        spent: &HashMap<AgentId, i128>,
        newest: &[Agent],
    ) -> Result<Vec<Agent>, Error> {
        let mut ranked: Vec<_> = spent.iter().collect();
        ranked.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
        let first: Vec<_> = ranked.into_iter().map(|(id, _)| id).take(RANKED).collect();
        // Those that were deleted have no page to lead to.
        let mut found = store::agents::list_of(conn, &actor.workspace_id, &first).await?;
        let mut agents: Vec<Agent> = Vec::with_capacity(SPENDERS);
        for id in first {
            if let Some(at) = found.iter().position(|agent| agent.id == *id) {
                agents.push(found.swap_remove(at));
            }
        }
        for agent in newest.iter().take(SPENDERS) {
            if agents.iter().all(|a| a.id != agent.id) {
                agents.push(agent.clone());
            }
        }
        agents.truncate(SPENDERS);
        Ok(agents)
    }

    async fn attention(&self, conn: &mut Conn, actor: &Actor) -> Result<Vec<Attention>, Error> {
        let now_ms = self.now_ms();
        let until_ms = now_ms + NOTICE_DAYS * DAY_MS;
        let workspace = &actor.workspace_id;
        let span = (now_ms - EXPIRED_DAYS * DAY_MS, until_ms);
        let urgent = store::certificates::list_urgent(conn, workspace, span, LISTED).await?;
        let keys =
            store::api_keys::list_ending(conn, workspace, (now_ms, until_ms), LISTED).await?;
        let certificates = urgent.into_iter().map(|named| Attention::Certificate {
            agent_name: named.agent_name,
            state: named.certificate.state(now_ms),
            certificate: Box::new(named.certificate),
        });
        let keys = keys.into_iter().map(|key| Attention::KeyExpires { key: Box::new(key) });
        let endpoints = self.troubled_endpoints(conn, actor, LISTED).await?;
        let endpoints = endpoints.into_iter().map(Box::new);
        let endpoints = endpoints.map(|endpoint| Attention::Webhook { endpoint });
        Ok(endpoints.chain(certificates).chain(keys).collect())
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
