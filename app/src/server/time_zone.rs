use leptos::prelude::*;

use super::request::{Request, own_path};

/// Puts the workspace into another time zone.
#[server(prefix = "/fn", endpoint = "set_time_zone")]
pub async fn set_time_zone(
    #[server(default)] time_zone: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.set_time_zone(&actor, &time_zone).await {
        Ok(workspace) => {
            let text = t!("zone-saved", zone = workspace.time_zone);
            request.done(text, own_path(&back).unwrap_or("/dashboard")).await
        }
        Err(error) => {
            let typed = [("time_zone", time_zone.as_str())];
            request.refuse("set_time_zone", &back, error, &typed).await
        }
    }
}
