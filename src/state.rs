//! What every handler can reach.

use std::sync::{Arc, OnceLock};

use ipnet::IpNet;
use serde_json::Value;
use service::Services;

use crate::api::gopi::specification;
use crate::api::limits::Limits;

/// What every handler can reach.
#[derive(Clone)]
pub struct AppState {
    /// The application.
    pub services: Services,
    /// Where the instance is reached, without a slash at the end.
    pub public_url: Arc<str>,
    /// How often one may ask.
    pub limits: Limits,
    /// The networks of the proxies in front, whose word on the client's address counts.
    pub trusted_proxies: Arc<[IpNet]>,
    description: Arc<OnceLock<Value>>,
}

impl AppState {
    /// The state of a server over these services, without limits.
    pub fn new(services: Services) -> Self {
        let public_url = services.public_url().into();
        Self {
            services,
            public_url,
            limits: Limits::off(),
            trusted_proxies: Arc::from([]),
            description: Arc::default(),
        }
    }

    /// The same server within these limits.
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The published description of the APIs (OpenAPI 3.1), made once.
    pub fn description(&self) -> &Value {
        self.description.get_or_init(|| specification(&self.public_url))
    }

    /// The same behind these proxies.
    pub fn behind(self, trusted_proxies: Vec<IpNet>) -> Self {
        Self { trusted_proxies: trusted_proxies.into(), ..self }
    }
}
