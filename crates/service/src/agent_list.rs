//! Which agents a workspace has.

use std::collections::HashMap;

use model::{Agent, AgentId, AgentSort, AgentStatus, Framework};
use store::agents::{self, AgentQuery, AgentRef};
use store::{Conn, periods};

use crate::{Actor, AgentDetail, Capability, Error, Page, PageRequest, Services};

/// Which agents to list, and in which order.
#[derive(Debug, Clone)]
pub struct AgentFilter {
    /// Those with this in name or ids, whatever the case.
    pub text: Option<String>,
    /// Those with this status; `None`: all that are not deleted.
    pub status: Option<AgentStatus>,
    /// Those with this framework.
    pub framework: Option<Framework>,
    /// Those with a valid certificate, or those without.
    pub certified: Option<bool>,
    /// The order.
    pub sort: AgentSort,
}

impl Default for AgentFilter {
    fn default() -> Self {
        Self {
            text: None,
            status: Some(AgentStatus::Active),
            framework: None,
            certified: None,
            sort: AgentSort::Newest,
        }
    }
}

/// An agent of the list, with how busy it is.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedAgent {
    /// The agent.
    pub detail: AgentDetail,
    /// How many payments it made and received on each of the last [`ACTIVITY_DAYS`] local days, today last.
    pub activity: Vec<i64>,
}

/// Days of an agent's activity in the list.
pub const ACTIVITY_DAYS: usize = 30;

/// Characters of a search that count; the rest is ignored.
const MAX_TEXT: usize = 200;

impl Services {
    /// The workspace's active agents, newest first, each with its newest certificate.
    pub async fn list_agents(
        &self,
        actor: &Actor,
        request: &PageRequest,
    ) -> Result<Page<AgentDetail>, Error> {
        self.search_agents(actor, &AgentFilter::default(), request).await
    }

    /// The workspace's agents that match, each with its newest certificate.
    pub async fn search_agents(
        &self,
        actor: &Actor,
        filter: &AgentFilter,
        request: &PageRequest,
    ) -> Result<Page<AgentDetail>, Error> {
        actor.require(Capability::Read)?;
        let after: Option<AgentId> = request.before()?;
        let text = filter.text.as_deref().map(searchable).filter(|text| !text.is_empty());
        let query = AgentQuery {
            status: filter.status,
            framework: filter.framework,
            certified: filter.certified,
            now_ms: self.now_ms(),
            text: text.as_deref(),
            sort: filter.sort,
            after: after.as_ref(),
            limit: request.fetch(),
        };
        let mut conn = self.store().read().await?;
        let found = match actor.only_agent() {
            None => agents::list_matching(&mut conn, &actor.workspace_id, &query).await?,
            Some(_) if query.after.is_some() => Vec::new(),
            Some(only) => {
                let only = AgentRef::Id(only.as_str());
                agents::get(&mut conn, &actor.workspace_id, only).await?.into_iter().collect()
            }
        };
        let page = request.page(found, |a| a.id.as_str().to_owned());
        with_certificates(&mut conn, actor, page).await
    }

    /// The same, each with how busy it was in the last days.
    pub async fn search_busy_agents(
        &self,
        actor: &Actor,
        filter: &AgentFilter,
        request: &PageRequest,
    ) -> Result<Page<ListedAgent>, Error> {
        let page = self.search_agents(actor, filter, request).await?;
        let mut conn = self.store().read().await?;
        let today = self.zone(&mut conn, actor).await?.day_of(self.now_ms());
        let days = i64::try_from(ACTIVITY_DAYS).unwrap_or(i64::MAX);
        let first = today - days + 1;
        let ids: Vec<_> = page.items.iter().map(|detail| &detail.agent.id).collect();
        let workspace = &actor.workspace_id;
        let counts = periods::list_counts(&mut conn, workspace, &ids, (first, today)).await?;
        let mut activity: HashMap<AgentId, Vec<i64>> = HashMap::new();
        for (agent, day, count) in counts {
            let days = activity.entry(agent).or_insert_with(|| vec![0; ACTIVITY_DAYS]);
            if let Some(slot) = usize::try_from(day - first).ok().and_then(|at| days.get_mut(at)) {
                *slot += count;
            }
        }
        let items = page.items.into_iter().map(|detail| ListedAgent {
            activity: activity.remove(&detail.agent.id).unwrap_or_else(|| vec![0; ACTIVITY_DAYS]),
            detail,
        });
        Ok(Page { items: items.collect(), next: page.next })
    }

    /// How many active agents the workspace has.
    pub async fn count_agents(&self, actor: &Actor) -> Result<i64, Error> {
        actor.require(Capability::Read)?;
        Ok(agents::count(&mut self.store().read().await?, &actor.workspace_id).await?)
    }
}

/// What can be looked for: Postgres refuses a text with a zero byte.
fn searchable(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(MAX_TEXT).collect()
}

async fn with_certificates(
    conn: &mut Conn,
    actor: &Actor,
    page: Page<Agent>,
) -> Result<Page<AgentDetail>, Error> {
    let ids: Vec<_> = page.items.iter().map(|a| &a.id).collect();
    let mut newest = store::certificates::list_newest(conn, &actor.workspace_id, &ids).await?;
    let mut take = |id: &AgentId| {
        let at = newest.iter().position(|c| c.agent_id == *id)?;
        Some(newest.swap_remove(at))
    };
    let items = page
        .items
        .into_iter()
        .map(|agent| AgentDetail { certificate: take(&agent.id), agent })
        .collect();
    Ok(Page { items, next: page.next })
}
