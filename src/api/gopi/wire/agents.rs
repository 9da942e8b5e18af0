use model::{Framework, Visibility};
use serde::{Deserialize, Serialize};
use service::{AgentDetail, AgentPatch, NewAgent};
use utoipa::{IntoParams, ToSchema};

use super::super::{ApiError, schema};
use super::{AgentCertificate, one_of, required};
use crate::api::format_time;

#[derive(Deserialize, ToSchema)]
pub struct CreateAgent {
    #[schema(schema_with = schema::agent_name, required = true)]
    pub name: Option<String>,
    #[schema(schema_with = schema::description)]
    pub description: Option<String>,
    #[schema(schema_with = schema::new_framework)]
    pub framework: Option<String>,
    #[schema(schema_with = schema::new_visibility)]
    pub visibility: Option<String>,
}

impl TryFrom<CreateAgent> for NewAgent {
    type Error = ApiError;

    fn try_from(agent: CreateAgent) -> Result<Self, ApiError> {
        Ok(Self {
            name: required("name", agent.name)?,
            description: agent.description.unwrap_or_default(),
            framework: one_of("framework", agent.framework)?.unwrap_or(Framework::Custom),
            visibility: one_of("visibility", agent.visibility)?.unwrap_or(Visibility::Public),
        })
    }
}

#[derive(Deserialize, ToSchema)]
pub struct CreateAgents {
    #[schema(value_type = Vec<CreateAgent>, required = true, min_items = 1, max_items = 10)]
    pub agents: Option<Vec<CreateAgent>>,
}

impl TryFrom<CreateAgents> for Vec<NewAgent> {
    type Error = ApiError;

    fn try_from(body: CreateAgents) -> Result<Self, ApiError> {
        let agents = body.agents.ok_or_else(|| ApiError::invalid("agents", "is required"))?;
        // Too many are refused as a whole, before any of them is looked at.
        let agents = agents.into_iter().take(service::MAX_BULK + 1).enumerate();
        agents
            .map(|(at, agent)| NewAgent::try_from(agent).map_err(|e| e.in_entry("agents", at)))
            .collect()
    }
}

#[derive(Deserialize, ToSchema)]
pub struct UpdateAgent {
    #[schema(schema_with = schema::new_agent_name)]
    pub name: Option<String>,
    #[schema(schema_with = schema::description)]
    pub description: Option<String>,
    #[schema(schema_with = schema::changed_framework)]
    pub framework: Option<String>,
    #[schema(schema_with = schema::changed_visibility)]
    pub visibility: Option<String>,
}

impl TryFrom<UpdateAgent> for AgentPatch {
    type Error = ApiError;

    fn try_from(agent: UpdateAgent) -> Result<Self, ApiError> {
        Ok(Self {
            name: agent.name,
            description: agent.description,
            framework: one_of("framework", agent.framework)?,
            visibility: one_of("visibility", agent.visibility)?,
            version: None,
        })
    }
}

/// Which agent a path is about.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes what `Id` reads")]
pub struct AgentPath {
    /// The agent, by its `id`, `external_id` or `gopi_id`.
    #[param(example = "my-finance-bot-4f9a21c7")]
    id: String,
}

/// Which version of an agent is changed.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes what `IfMatch` reads")]
pub struct AgentVersion {
    /// The `ETag` of the agent as it was read; without it, any version is changed.
    #[param(rename = "If-Match", value_type = String, required = false, example = "\"3\"")]
    if_match: Option<String>,
}

/// Which part of the agents is listed.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what the handler reads from the raw query")]
pub struct AgentQuery {
    /// Agents on one page.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[param(value_type = String, required = false, pattern = "^agt_[0-9a-hjkmnp-tv-z]{26}$")]
    cursor: Option<String>,
    /// `active`, `archived` or `all`.
    #[param(schema_with = schema::listed, required = false)]
    status: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Agent {
    #[schema(example = "agt_01kcmwpe4r0000000000000000")]
    pub id: String,
    #[schema(example = "my-finance-bot-4f9a21c7")]
    pub external_id: String,
    #[schema(example = "gopi_lch_4f9a21c7")]
    pub gopi_id: String,
    #[schema(example = "My Finance Bot")]
    pub name: String,
    #[schema(example = "Pays supplier invoices before they are due.")]
    pub description: String,
    #[schema(schema_with = schema::framework)]
    pub framework: &'static str,
    #[schema(schema_with = schema::visibility)]
    pub visibility: &'static str,
    #[schema(schema_with = schema::agent_status)]
    pub status: &'static str,
    #[schema(schema_with = schema::time)]
    pub created_at: String,
    pub payment_stats: PaymentStats,
    /// The newest one, whatever its state.
    pub certificate: Option<AgentCertificate>,
    #[schema(example = "https://trust.example.com/v1/public/gopi_lch_4f9a21c7/badge.svg")]
    pub badge_url: String,
}

#[derive(Serialize, ToSchema)]
pub struct PaymentStats {
    /// All that were sent.
    #[schema(example = 412)]
    pub total: i64,
    /// Of these, those that count toward the score.
    #[schema(example = 398)]
    pub autonomous: i64,
    /// Of these, those that went as they should.
    #[schema(example = 391)]
    pub on_time: i64,
}

impl From<model::PaymentStats> for PaymentStats {
    fn from(stats: model::PaymentStats) -> Self {
        Self { total: stats.total, autonomous: stats.autonomous, on_time: stats.on_time }
    }
}

#[derive(Serialize, ToSchema)]
pub struct Agents {
    pub agents: Vec<Agent>,
}

#[derive(Serialize, ToSchema)]
pub struct AgentPage {
    pub agents: Vec<Agent>,
    /// The `cursor` of the next page; `null` on the last one.
    #[schema(example = "agt_01kcmwpe4r0000000000000000")]
    pub next_cursor: Option<String>,
}

pub fn badge_url(public_url: &str, gopi_id: &str) -> String {
    format!("{public_url}/v1/public/{gopi_id}/badge.svg")
}

impl Agent {
    pub fn new(detail: AgentDetail, public_url: &str, now_ms: i64) -> Self {
        let AgentDetail { agent, certificate } = detail;
        Self {
            badge_url: badge_url(public_url, &agent.gopi_id),
            id: agent.id.to_string(),
            external_id: agent.external_id,
            gopi_id: agent.gopi_id,
            name: agent.name,
            description: agent.description,
            framework: agent.framework.as_str(),
            visibility: agent.visibility.as_str(),
            status: agent.status.as_str(),
            created_at: format_time(agent.created_at_ms),
            payment_stats: agent.stats.into(),
            certificate: certificate.map(|c| AgentCertificate::new(&c, now_ms)),
        }
    }
}
