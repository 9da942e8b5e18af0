//! What every handler can reach.

use std::sync::Arc;

use service::Services;

/// What every handler can reach.
#[derive(Clone)]
pub struct AppState {
    /// The application.
    pub services: Services,
    /// Where the instance is reached, without a slash at the end.
    pub public_url: Arc<str>,
}

impl AppState {
    /// The state of a server over these services.
    pub fn new(services: Services) -> Self {
        let public_url = services.public_url().into();
        Self { services, public_url }
    }
}
