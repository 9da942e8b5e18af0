use leptos::prelude::*;
use service::NewContest;

use super::attempts::Attempts;
use super::request::Request;

/// Takes in what somebody has against a score. For everybody.
#[server(prefix = "/fn", endpoint = "create_contest")]
pub async fn create_contest(
    #[server(default)] id: String,
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] message: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let request = Request::current()?;
    let typed = [("name", name.as_str()), ("email", email.as_str()), ("message", message.as_str())];
    if let Some(errors) = Attempts::refusal(&email) {
        return request.refuse_for("create_contest", &back, errors, &typed).await;
    }
    let new = NewContest { name: name.clone(), email: email.clone(), message: message.clone() };
    match request.services.create_contest(&id, new).await {
        Ok(_) => {
            leptos_axum::redirect(&format!("/a/{id}/contest/sent"));
            Ok(())
        }
        Err(error) => request.refuse("create_contest", &back, error, &typed).await,
    }
}

/// Keeps what the signed-in person answered to a contest.
#[server(prefix = "/fn", endpoint = "answer_contest")]
pub async fn answer_contest(
    #[server(default)] id: String,
    #[server(default)] answer: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.answer_contest(&actor, &id, &answer).await {
        Ok(contest) => {
            let to = format!("{}/{}", crate::pages::contests::HERE, contest.id);
            request.done(t!("contest-answer-kept"), &to).await
        }
        Err(error) => request.refuse("answer_contest", &back, error, &[("answer", &answer)]).await,
    }
}

/// Asks search engines not to list an agent's public page, or lets them.
#[server(prefix = "/fn", endpoint = "set_agent_unlisted")]
pub async fn set_agent_unlisted(
    #[server(default)] id: String,
    #[server(default)] unlisted: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let to = format!("/dashboard/agents/{id}/settings");
    let unlisted = unlisted == "on";
    match request.services.set_agent_unlisted(&actor, &id, unlisted).await {
        Ok(()) if unlisted => request.done(t!("contest-unlisted"), &to).await,
        Ok(()) => request.done(t!("contest-listed"), &to).await,
        Err(error) => request.failed(&back, error).await,
    }
}
