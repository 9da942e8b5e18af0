use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use service::Capability;

use super::{DashboardPage, NoPage};
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/dashboard/settings/members", get(show))
}

async fn show(
    State(state): State<AppState>,
    DashboardPage { mut page, actor }: DashboardPage,
) -> Result<Response, NoPage> {
    let issued = page.take().await?;
    let services = &state.services;
    let invitations = async {
        match actor.may(Capability::ManageMembers) {
            true => services.list_invitations(&actor).await,
            false => Ok(Vec::new()),
        }
    };
    let found = tokio::try_join!(services.list_members(&actor), invitations);
    Ok(match (found, actor.user_id().cloned()) {
        (Ok((members, invitations)), Some(me)) => {
            page.html(move || app::pages::members::show(members, invitations, &me, issued))
        }
        (Err(error), _) => page.failed(error),
        (Ok(_), None) => page.failed(service::Error::NotFound { what: "page" }),
    })
}
