use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use leptos::prelude::use_context;

/// From an e-mail address to the seconds to wait.
type Count = dyn Fn(&str) -> Option<u32> + Send + Sync;

/// Counts attempts to register or to sign in; who serves the forms provides it as a context.
#[derive(Clone)]
pub struct Attempts(Arc<Count>);

impl Attempts {
    /// Asks `count` with the e-mail address that was typed; it gives the seconds to wait if there were too many.
    pub fn new(count: impl Fn(&str) -> Option<u32> + Send + Sync + 'static) -> Self {
        Self(Arc::new(count))
    }

    /// What stands in the form after too many attempts; `None`: go on.
    pub(super) fn refusal(email: &str) -> Option<Vec<(String, String)>> {
        let seconds = use_context::<Self>().and_then(|attempts| (attempts.0)(email))?;
        let minutes = seconds.div_ceil(60);
        Some(vec![(String::new(), t!("error-too-many-attempts", minutes = minutes))])
    }
}

/// Where the request that is being answered came from; who serves the forms provides it as a context.
#[derive(Debug, Clone, Copy)]
pub struct ClientIp(pub IpAddr);

impl ClientIp {
    /// The address; the unspecified one where nobody knows.
    pub(super) fn current() -> IpAddr {
        use_context::<Self>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |Self(address)| address)
    }
}
