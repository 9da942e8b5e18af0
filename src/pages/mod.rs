//! The pages that browsers visit: one file for each noun, one function for each page. Each extracts, calls one service
//! method and renders a view of the crate `app`.

mod accounts;
mod agents;
mod api_keys;
mod audit_export;
mod audit_log;
mod certificates;
mod contests;
mod docs;
mod errors;
mod factors;
mod imports;
mod landing;
mod legal;
mod members;
mod operator;
mod overview;
mod page;
mod payments;
mod personal_data;
mod profiles;
mod recovery;
mod registration;
mod settings;
mod webhooks;

use axum::Router;

pub use accounts::suspended;
pub use errors::{error_pages, not_found, panicked};
use page::csv_file;
pub use page::{DashboardPage, NoPage, Page};

use crate::state::AppState;

/// Every page.
pub fn router() -> Router<AppState> {
    Router::new()
        .merge(landing::router())
        .merge(accounts::router())
        .merge(registration::router())
        .merge(recovery::router())
        .merge(profiles::router())
        .merge(legal::router())
        .merge(docs::router())
        .merge(overview::router())
        .merge(agents::router())
        .merge(api_keys::router())
        .merge(webhooks::router())
        .merge(certificates::router())
        .merge(audit_log::router())
        .merge(operator::router())
        .merge(settings::router())
        .merge(members::router())
        .merge(factors::router())
        .merge(personal_data::router())
        .merge(contests::router())
        .merge(imports::router())
        .merge(payments::router())
}
