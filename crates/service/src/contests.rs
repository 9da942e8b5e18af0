//! Contesting a score: anybody can, the owner of the agent and the operator see it and are told by mail, and a person
//! answers. The answer is kept with the contest, and not mailed.

use model::{Agent, AgentId, ContestId};
use serde::Serialize;
use store::agents::{self, AgentRef, FoundAgent};
use store::contests::{self, Contest};

use crate::mail::Letter;
use crate::{Actor, Capability, Error, Rule, Services, text};

/// Characters of a contest or an answer at most.
pub const MAX_CONTEST: usize = 4_000;
/// Contests that are listed at most.
const LISTED: i64 = 200;

const GONE: Error = Error::NotFound { what: "contest" };

/// What somebody has against a score.
pub struct NewContest {
    /// Who contests.
    pub name: String,
    /// Where an answer goes.
    pub email: String,
    /// What is wrong.
    pub message: String,
}

/// What is told and kept of a contest beside its words.
#[derive(Serialize)]
struct Told<'a> {
    contest_id: &'a ContestId,
    agent_id: &'a AgentId,
}

impl Services {
    /// Takes in what somebody has against the score of an agent that the public sees. The fields at fault are `name`,
    /// `email` and `message`.
    pub async fn create_contest(&self, agent: &str, new: NewContest) -> Result<Contest, Error> {
        let profile = self.public_profile(agent, None).await?;
        let name = text::name("name", &new.name)?;
        let email = text::email(&new.email)?;
        let message = text::clean("message", &new.message, MAX_CONTEST, true)?;
        if message.is_empty() {
            return Err(Error::invalid("message", Rule::Required));
        }
        let now_ms = self.now_ms();
        let contest = Contest {
            workspace_id: profile.workspace_id.clone(),
            id: ContestId::new(now_ms, self.entropy().bytes()),
            agent_id: profile.agent.id.clone(),
            agent_name: profile.agent.name.clone(),
            name,
            email,
            message,
            created_at_ms: now_ms,
            answer: None,
            answered_by: None,
            answered_at_ms: None,
        };
        let mut tx = self.store().begin().await?;
        contests::insert(&mut tx, &contest).await?;
        let told = Told { contest_id: &contest.id, agent_id: &contest.agent_id };
        let who = (&contest.workspace_id, "public", "public");
        let action = ("score.contested", contest.id.as_str());
        self.audit_by(&mut tx, who, action, (None::<&()>, Some(&told))).await?;
        let letter = Letter::ScoreContested {
            contest_id: contest.id.to_string(),
            agent: contest.agent_name.clone(),
        };
        self.notify_owner_and_operators(&mut tx, &contest.workspace_id, &letter).await?;
        tx.commit().await?;
        Ok(contest)
    }

    /// What people have against the scores of the actor's agents, newest first.
    pub async fn list_contests(&self, actor: &Actor) -> Result<Vec<Contest>, Error> {
        actor.require(Capability::Read)?;
        actor.require_all_agents()?;
        let mut conn = self.store().read().await?;
        Ok(contests::list(&mut conn, &actor.workspace_id, LISTED).await?)
    }

    /// What nobody on the instance has answered yet, oldest first. For its operator.
    pub async fn list_open_contests(&self, actor: &Actor) -> Result<Vec<Contest>, Error> {
        actor.require_operator()?;
        Ok(contests::list_open(&mut self.store().read().await?, LISTED).await?)
    }

    /// A contest of the actor's workspace; the operator sees every one.
    pub async fn get_contest(&self, actor: &Actor, id: &str) -> Result<Contest, Error> {
        actor.require(Capability::Read)?;
        actor.require_all_agents()?;
        let id: ContestId = id.parse().map_err(|_| GONE)?;
        let found = contests::get(&mut self.store().read().await?, &id).await?;
        let own = |contest: &Contest| contest.workspace_id == actor.workspace_id;
        found.filter(|contest| own(contest) || actor.operator()).ok_or(GONE)
    }

    /// Keeps what a person answered. The field at fault is `answer`.
    pub async fn answer_contest(
        &self,
        actor: &Actor,
        id: &str,
        answer: &str,
    ) -> Result<Contest, Error> {
        let by = actor.require_person()?;
        let contest = self.get_contest(actor, id).await?;
        let answer = text::clean("answer", answer, MAX_CONTEST, true)?;
        if answer.is_empty() {
            return Err(Error::invalid("answer", Rule::Required));
        }
        let at_ms = self.now_ms();
        let mut tx = self.store().begin().await?;
        let words = (answer.as_str(), by.as_str());
        if !contests::update_answer(&mut tx, &contest.id, words, at_ms).await? {
            let why = "It was answered already.".to_owned();
            return Err(Error::Conflict { field: None, why });
        }
        let told = Told { contest_id: &contest.id, agent_id: &contest.agent_id };
        let action = ("score.contest_answered", contest.id.as_str());
        // Into the trail of the workspace that it is about, whoever answers.
        let inside = Actor { workspace_id: contest.workspace_id.clone(), ..actor.clone() };
        self.audit(&mut tx, &inside, action, (None::<&()>, Some(&told))).await?;
        tx.commit().await?;
        let (answer, answered_by) = (Some(answer), Some(by.to_string()));
        Ok(Contest { answer, answered_by, answered_at_ms: Some(at_ms), ..contest })
    }

    /// An agent of the actor's workspace, and whether search engines are asked not to list its page.
    pub async fn get_agent_settings(
        &self,
        actor: &Actor,
        id: &str,
    ) -> Result<(Agent, bool), Error> {
        actor.require(Capability::Read)?;
        let mut conn = self.store().read().await?;
        let found = agents::get_of_any(&mut conn, AgentRef::of(id)).await?;
        let own = |found: &FoundAgent| {
            found.workspace_id == actor.workspace_id && actor.sees(&found.agent.id)
        };
        let found = found.filter(own).ok_or(Error::NotFound { what: "agent" })?;
        Ok((found.agent, found.unlisted))
    }

    /// Asks search engines not to list an agent's page, or lets them.
    pub async fn set_agent_unlisted(
        &self,
        actor: &Actor,
        id: &str,
        unlisted: bool,
    ) -> Result<(), Error> {
        actor.require(Capability::ManageAgents)?;
        let mut tx = self.store().begin().await?;
        let found = agents::get(&mut tx, &actor.workspace_id, AgentRef::of(id)).await?;
        let agent = found.filter(|agent| actor.sees(&agent.id));
        let agent = agent.ok_or(Error::NotFound { what: "agent" })?;
        if agents::update_unlisted(&mut tx, &actor.workspace_id, &agent.id, unlisted).await? {
            let state = |unlisted: bool| serde_json::json!({ "unlisted": unlisted });
            let action = ("agent.unlisted", agent.id.as_str());
            let change = (Some(&state(!unlisted)), Some(&state(unlisted)));
            self.audit(&mut tx, actor, action, change).await?;
        }
        tx.commit().await?;
        self.0.profiles.forget(&agent);
        Ok(())
    }
}
