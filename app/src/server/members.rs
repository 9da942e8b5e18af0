use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use service::{Error, IssuedInvitation};

use super::request::{Kept, Request, own_path};
use crate::pages::members::HERE;

/// A link that was just made, to be handed over: shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedLink {
    /// The one address that may use it; empty: anybody.
    pub email: String,
    /// The link, which nobody can show again.
    pub link: String,
}

impl Kept for IssuedLink {
    const KEY: &'static str = "issued_link";
    const SECRET: bool = true;
}

/// Tells that a mail is on its way, or shows the link on the page that follows.
async fn invited(
    request: &Request,
    issued: IssuedInvitation,
    to: &str,
) -> Result<(), ServerFnError> {
    let email = issued.invitation.email;
    match issued.link {
        None => request.done(t!("members-invited", email = email), to).await,
        Some(link) => {
            request.keep(&IssuedLink { email, link }).await?;
            leptos_axum::redirect(to);
            Ok(())
        }
    }
}

/// Invites somebody into the workspace.
#[server(prefix = "/fn", endpoint = "invite_member")]
pub async fn invite_member(
    #[server(default)] email: String,
    #[server(default)] role: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.invite_member(&actor, &email, &role).await {
        Ok(issued) => invited(&request, issued, HERE).await,
        Err(error) => {
            let typed = [("email", email.as_str()), ("role", role.as_str())];
            request.refuse("invite_member", &back, error, &typed).await
        }
    }
}

/// Lets somebody make an account, whatever the mode of registration.
#[server(prefix = "/fn", endpoint = "invite_user")]
pub async fn invite_user(
    #[server(default)] email: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.invite_user(&actor, &email).await {
        Ok(issued) => invited(&request, issued, "/dashboard/operator").await,
        Err(error) => request.refuse("invite_user", &back, error, &[("email", &email)]).await,
    }
}

/// Goes back to the list, with a word on what became of a button there.
async fn told(
    request: &Request,
    back: &str,
    text: impl FnOnce() -> String,
    done: Result<(), Error>,
) -> Result<(), ServerFnError> {
    match done {
        Ok(()) => request.done(text(), own_path(back).unwrap_or(HERE)).await,
        Err(error) => request.failed(back, error).await,
    }
}

/// Takes an invitation back.
#[server(prefix = "/fn", endpoint = "revoke_invitation")]
pub async fn revoke_invitation(
    #[server(default)] id: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let done = request.services.revoke_invitation(&actor, &id).await;
    told(&request, &back, || t!("members-invitation-revoked"), done).await
}

/// Makes a member an admin.
#[server(prefix = "/fn", endpoint = "promote_member")]
pub async fn promote_member(
    #[server(default)] id: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let done = request.services.set_member_role(&actor, &id, "admin").await;
    told(&request, &back, || t!("members-role-changed"), done).await
}

/// Makes an admin a member.
#[server(prefix = "/fn", endpoint = "demote_member")]
pub async fn demote_member(
    #[server(default)] id: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let done = request.services.set_member_role(&actor, &id, "member").await;
    told(&request, &back, || t!("members-role-changed"), done).await
}

/// Takes somebody out of the workspace.
#[server(prefix = "/fn", endpoint = "remove_member")]
pub async fn remove_member(
    #[server(default)] id: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let done = request.services.remove_member(&actor, &id).await;
    told(&request, &back, || t!("members-removed"), done).await
}

/// Takes the signed-in person out of the workspace, and goes on in the one of their own.
#[server(prefix = "/fn", endpoint = "leave_workspace")]
pub async fn leave_workspace(#[server(default)] back: String) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let session = request.own_session().await?;
    match request.services.leave_workspace(&actor, session.as_deref()).await {
        Ok(home) => {
            request.renew_in(&actor, &home).await?;
            request.done(t!("members-left"), "/dashboard").await
        }
        Err(error) => request.failed(&back, error).await,
    }
}

/// Makes somebody else the owner of the workspace.
#[server(prefix = "/fn", endpoint = "hand_over_workspace")]
pub async fn hand_over_workspace(
    #[server(default)] id: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let done = request.services.hand_over_workspace(&actor, &id).await;
    told(&request, &back, || t!("members-handed-over"), done).await
}

/// Lets the signed-in person join a workspace, and goes on there.
#[server(prefix = "/fn", endpoint = "accept_invitation")]
pub async fn accept_invitation(
    #[server(default)] token: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.accept_invitation(&actor, &token).await {
        Ok(joined) => {
            request.enter(&joined).await?;
            let name = joined.name;
            request.done(t!("members-joined", workspace = name), "/dashboard").await
        }
        Err(error) => request.refuse("accept_invitation", &back, error, &[]).await,
    }
}

/// Goes on in another workspace of the signed-in person.
#[server(prefix = "/fn", endpoint = "switch_workspace")]
pub async fn switch_workspace(
    #[server(default)] workspace: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.enter_workspace(&actor, &workspace).await {
        Ok(entered) => {
            request.enter(&entered).await?;
            // The page that was open shows things of the other one.
            leptos_axum::redirect("/dashboard");
            Ok(())
        }
        Err(error) => request.failed(&back, error).await,
    }
}
