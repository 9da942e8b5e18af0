//! What every handler can reach.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use ipnet::IpNet;
use serde_json::Value;
use service::Services;

use crate::api::badges::Badges;
use crate::api::gopi::specification;
use crate::api::limits::Limits;

/// What every handler can reach. One pointer: each layer and extractor of a request clones it.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

/// What the handlers of a server share.
#[derive(Clone)]
pub struct Shared {
    /// The application.
    pub services: Services,
    /// Where the instance is reached, without a slash at the end.
    pub public_url: Arc<str>,
    /// How often one may ask.
    pub limits: Limits,
    /// The networks of the proxies in front, whose word on the client's address counts.
    pub trusted_proxies: Arc<[IpNet]>,
    /// Badges that were drawn before.
    pub badges: Badges,
    description: Arc<OnceLock<Value>>,
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl AppState {
    /// The state of a server over these services, without limits.
    pub fn new(services: Services) -> Self {
        let public_url = services.public_url().into();
        Self(Arc::new(Shared {
            services,
            public_url,
            limits: Limits::off(),
            trusted_proxies: Arc::from([]),
            badges: Badges::default(),
            description: Arc::default(),
        }))
    }

    /// The same server within these limits.
    pub fn with_limits(self, limits: Limits) -> Self {
        Self(Arc::new(Shared { limits, ..Arc::unwrap_or_clone(self.0) }))
    }

    /// The published description of the APIs (OpenAPI 3.1), made once.
    pub fn description(&self) -> &Value {
        self.description.get_or_init(|| specification(&self.public_url))
    }

    /// The same behind these proxies.
    pub fn behind(self, trusted_proxies: Vec<IpNet>) -> Self {
        let trusted_proxies = trusted_proxies.into();
        Self(Arc::new(Shared { trusted_proxies, ..Arc::unwrap_or_clone(self.0) }))
    }
}
