use leptos::prelude::*;
use model::{Framework, Visibility};
use service::{AgentPatch, Error, NewAgent, Rule};

use super::request::Request;

fn framework(text: &str) -> Result<Framework, Error> {
    text.parse().map_err(|_| Error::invalid("framework", Rule::OneOf(Framework::TEXTS)))
}

fn visibility(text: &str) -> Result<Visibility, Error> {
    text.parse().map_err(|_| Error::invalid("visibility", Rule::OneOf(Visibility::TEXTS)))
}

/// Registers an agent.
#[server(prefix = "/fn", endpoint = "create_agent")]
pub async fn create_agent(
    #[server(default)] name: String,
    #[server(default)] description: String,
    #[server(default)] framework: String,
    #[server(default)] visibility: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let typed = [
        ("name", name.as_str()),
        ("description", &description),
        ("framework", &framework),
        ("visibility", &visibility),
    ];
    let made = async {
        let new = NewAgent {
            name: name.clone(),
            description: description.clone(),
            framework: self::framework(&framework)?,
            visibility: self::visibility(&visibility)?,
        };
        request.services.create_agent(&actor, new, None).await
    };
    match made.await {
        Ok(made) => {
            let to = format!("/dashboard/agents/{}", made.agent.id);
            request.done(t!("agents-created", name = made.agent.name), &to).await
        }
        Err(error) => request.refuse("create_agent", &back, error, &typed).await,
    }
}

/// Changes an agent.
#[server(prefix = "/fn", endpoint = "update_agent")]
pub async fn update_agent(
    #[server(default)] id: String,
    #[server(default)] name: String,
    #[server(default)] description: String,
    #[server(default)] framework: String,
    #[server(default)] visibility: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let typed = [
        ("name", name.as_str()),
        ("description", &description),
        ("framework", &framework),
        ("visibility", &visibility),
    ];
    let changed = async {
        let patch = AgentPatch {
            name: Some(name.clone()),
            description: Some(description.clone()),
            framework: Some(self::framework(&framework)?),
            visibility: Some(self::visibility(&visibility)?),
        };
        request.services.update_agent(&actor, &id, patch, None).await
    };
    match changed.await {
        Ok(changed) => {
            let to = format!("/dashboard/agents/{}/settings", changed.agent.id);
            request.done(t!("agents-saved"), &to).await
        }
        Err(error) => request.refuse("update_agent", &back, error, &typed).await,
    }
}

/// Deletes an agent, if its name was typed to confirm it.
#[server(prefix = "/fn", endpoint = "delete_agent")]
pub async fn delete_agent(
    #[server(default)] id: String,
    #[server(default)] confirm: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let deleted = async {
        let agent = request.services.get_agent(&actor, &id).await?.agent;
        if confirm.trim() != agent.name.trim() {
            return Err(Error::invalid("confirm", Rule::Mismatch));
        }
        request.services.delete_agent(&actor, agent.id.as_str(), None).await?;
        Ok(agent.name)
    };
    match deleted.await {
        Ok(name) => request.done(t!("agents-deleted", name = name), "/dashboard/agents").await,
        Err(error) => request.refuse("delete_agent", &back, error, &[("confirm", &confirm)]).await,
    }
}
