use leptos::prelude::*;
use model::{Framework, Visibility};
use service::{AgentDetail, AgentPatch, EntryError, Error, NewAgent, Rule, VERSION};

use super::error::messages;
use super::request::Request;
use crate::components::framework_label;

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

/// Registers an agent for each line that holds a name: all of them or none.
#[server(prefix = "/fn", endpoint = "create_agents")]
pub async fn create_agents(
    #[server(default)] names: String,
    #[server(default)] framework: String,
    #[server(default)] visibility: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let typed = [("names", names.as_str()), ("framework", &framework), ("visibility", &visibility)];
    let lines = || names.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let made = async {
        let (framework, visibility) =
            (self::framework(&framework)?, self::visibility(&visibility)?);
        let new = lines().map(|(_, name)| NewAgent {
            name: name.to_owned(),
            description: String::new(),
            framework,
            visibility,
        });
        request.services.create_agents(&actor, new.collect(), None).await
    };
    match made.await {
        Ok(made) => {
            let text = t!("agents-created-many", count = made.len());
            request.done(text, "/dashboard/agents").await
        }
        Err(EntryError { entry: Some(at), error }) => {
            let line = lines().nth(at).map_or(at, |(line, _)| line) + 1;
            let say = |(_, text): (String, String)| {
                ("names".to_owned(), t!("agents-line", line = line, text = text))
            };
            let errors = messages(error).into_iter().map(say).collect();
            request.refuse_for("create_agents", &back, errors, &typed).await
        }
        Err(EntryError { entry: None, error }) => {
            let named = |(field, text): (String, String)| match field.as_str() {
                "agents" => ("names".to_owned(), text),
                _ => (field, text),
            };
            let errors = messages(error).into_iter().map(named).collect();
            request.refuse_for("create_agents", &back, errors, &typed).await
        }
    }
}

/// Changes an agent, unless somebody else did since the form was opened.
#[server(prefix = "/fn", endpoint = "update_agent")]
pub async fn update_agent(
    #[server(default)] id: String,
    #[server(default)] name: String,
    #[server(default)] description: String,
    #[server(default)] framework: String,
    #[server(default)] visibility: String,
    #[server(default)] version: String,
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
            version: version.parse().ok(),
        };
        request.services.update_agent(&actor, &id, patch, None).await
    };
    match changed.await {
        Ok(changed) => {
            let to = format!("/dashboard/agents/{}/settings", changed.agent.id);
            request.done(t!("agents-saved"), &to).await
        }
        Err(Error::Conflict { field: Some(VERSION), why }) => {
            let errors = match request.services.get_agent(&actor, &id).await {
                Ok(now) => differences(&now, &typed),
                Err(_) => messages(Error::Conflict { field: None, why }),
            };
            request.refuse_for("update_agent", &back, errors, &typed).await
        }
        Err(error) => request.refuse("update_agent", &back, error, &typed).await,
    }
}

/// What somebody else saved meanwhile, beside each field that was typed differently.
fn differences(now: &AgentDetail, typed: &[(&str, &str)]) -> Vec<(String, String)> {
    let agent = &now.agent;
    let visibility = match agent.visibility {
        Visibility::Public => t!("agents-public"),
        Visibility::Private => t!("agents-private"),
    };
    let theirs = |field: &str| match field {
        "name" => (agent.name.as_str(), agent.name.clone()),
        "description" => (agent.description.as_str(), agent.description.clone()),
        "framework" => (agent.framework.as_str(), framework_label(agent.framework)),
        _ => (agent.visibility.as_str(), visibility.clone()),
    };
    // A browser sends line ends as CR LF.
    let same = |a: &str, b: &str| a.trim().replace("\r\n", "\n") == b.trim().replace("\r\n", "\n");
    let mut errors = vec![(String::new(), t!("agents-changed-meanwhile"))];
    for (field, mine) in typed {
        let (value, shown) = theirs(field);
        if !same(mine, value) {
            let shown = if shown.is_empty() { t!("agents-empty-value") } else { shown };
            errors.push(((*field).to_owned(), t!("agents-value-now", value = shown)));
        }
    }
    errors
}

/// Puts an agent away.
#[server(prefix = "/fn", endpoint = "archive_agent")]
pub async fn archive_agent(
    #[server(default)] id: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.archive_agent(&actor, &id, None).await {
        Ok(done) => {
            let to = format!("/dashboard/agents/{}", done.agent.id);
            request.done(t!("agents-archived", name = done.agent.name), &to).await
        }
        Err(error) => request.failed(&back, error).await,
    }
}

/// Brings an archived agent back.
#[server(prefix = "/fn", endpoint = "unarchive_agent")]
pub async fn unarchive_agent(
    #[server(default)] id: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.unarchive_agent(&actor, &id, None).await {
        Ok(done) => {
            let to = format!("/dashboard/agents/{}", done.agent.id);
            request.done(t!("agents-unarchived", name = done.agent.name), &to).await
        }
        Err(error) => request.failed(&back, error).await,
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
