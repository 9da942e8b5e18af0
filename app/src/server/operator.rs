use leptos::prelude::*;
use model::Plan;
use service::{Error, Rule};

use super::request::Request;
use crate::components::plan_label;

fn account_path(id: &impl std::fmt::Display) -> String {
    format!("/dashboard/operator/accounts/{id}")
}

/// Puts an account on another plan.
#[server(prefix = "/fn", endpoint = "set_account_plan")]
pub async fn set_account_plan(
    #[server(default)] id: String,
    #[server(default)] plan: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let changed = async {
        let plan = plan.parse().map_err(|_| Error::invalid("plan", Rule::OneOf(Plan::TEXTS)))?;
        request.services.set_account_plan(&actor, &id, plan).await
    };
    match changed.await {
        Ok(workspace) => {
            let plan = plan_label(workspace.plan);
            let text = t!("operator-plan-changed", name = workspace.name, plan = plan);
            request.done(text, &account_path(&workspace.id)).await
        }
        Err(error) => request.refuse("set_account_plan", &back, error, &[("plan", &plan)]).await,
    }
}

/// Suspends an account: nobody gets in, and its agents are not public.
#[server(prefix = "/fn", endpoint = "suspend_account")]
pub async fn suspend_account(
    #[server(default)] id: String,
    #[server(default)] reason: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.suspend_account(&actor, &id, &reason).await {
        Ok(workspace) => {
            let to = account_path(&workspace.id);
            request.done(t!("operator-suspended", name = workspace.name), &to).await
        }
        Err(error) => request.refuse("suspend_account", &back, error, &[("reason", &reason)]).await,
    }
}

/// Lets a suspended account in again.
#[server(prefix = "/fn", endpoint = "unsuspend_account")]
pub async fn unsuspend_account(
    #[server(default)] id: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.unsuspend_account(&actor, &id).await {
        Ok(workspace) => {
            let to = account_path(&workspace.id);
            request.done(t!("operator-unsuspended", name = workspace.name), &to).await
        }
        Err(error) => request.failed(&back, error).await,
    }
}

/// Ends every session of the person who owns an account, but this one.
#[server(prefix = "/fn", endpoint = "end_account_sessions")]
pub async fn end_account_sessions(
    #[server(default)] id: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let session = request.own_session().await?;
    match request.services.end_account_sessions(&actor, session.as_deref(), &id).await {
        Ok(ended) => request.done(ended_text(ended), &account_path(&id)).await,
        Err(error) => request.failed(&back, error).await,
    }
}

/// Ends every session of everybody, but this one.
#[server(prefix = "/fn", endpoint = "end_everybodys_sessions")]
pub async fn end_everybodys_sessions(#[server(default)] back: String) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let session = request.own_session().await?;
    match request.services.end_everybodys_sessions(&actor, session.as_deref()).await {
        Ok(ended) => request.done(ended_text(ended), "/dashboard/operator/health").await,
        Err(error) => request.failed(&back, error).await,
    }
}

fn ended_text(ended: u64) -> String {
    t!("operator-sessions-ended", count = i64::try_from(ended).unwrap_or(i64::MAX))
}
