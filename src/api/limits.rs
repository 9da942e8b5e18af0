//! How often one may ask: a bucket for each address, key or account (GCRA), told in the headers of every answer.

use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU32;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::Clock;
use governor::middleware::{NoOpMiddleware, StateInformationMiddleware};
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use service::{Actor, Who, security_log};

use super::Caller;
use super::gopi::ApiError;
use crate::client_address::ClientAddress;
use crate::state::AppState;

/// So many requests in so long a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    requests: NonZeroU32,
    window: Duration,
}

/// The rates of the three groups of endpoints, or none at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates(Option<[Rate; 3]>);

/// What is limited together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Registering and signing in.
    Auth,
    /// What anybody may read.
    Public,
    /// Everything else.
    Default,
}

impl Group {
    const NAMES: [&str; 3] = ["auth", "public", "default"];
}

/// A text that is no list of rates.
#[derive(Debug)]
pub struct NoRates;

impl FromStr for Rates {
    type Err = NoRates;

    /// Reads `auth=5/15m,public=100/m,default=100/m` (all three, in any order) or `off`.
    fn from_str(text: &str) -> Result<Self, NoRates> {
        if text == "off" {
            return Ok(Self(None));
        }
        let mut rates = [None; 3];
        for part in text.split(',') {
            let (name, rate) = part.trim().split_once('=').ok_or(NoRates)?;
            let at = Group::NAMES.iter().position(|n| *n == name.trim()).ok_or(NoRates)?;
            if rates[at].replace(rate.trim().parse()?).is_some() {
                return Err(NoRates);
            }
        }
        match rates {
            [Some(auth), Some(public), Some(default)] => Ok(Self(Some([auth, public, default]))),
            _ => Err(NoRates),
        }
    }
}

impl FromStr for Rate {
    type Err = NoRates;

    /// Reads `100/m` or `5/15m`: seconds `s`, minutes `m`, hours `h`.
    fn from_str(text: &str) -> Result<Self, NoRates> {
        let (requests, window) = text.split_once('/').ok_or(NoRates)?;
        let unit = window.chars().last().ok_or(NoRates)?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            _ => return Err(NoRates),
        };
        let count = window.strip_suffix(unit).unwrap_or_default();
        let count: u32 = if count.is_empty() { 1 } else { count.parse().map_err(|_| NoRates)? };
        let requests = requests.parse().map_err(|_| NoRates)?;
        if count == 0 || count > 1_000 {
            return Err(NoRates);
        }
        Ok(Self { requests, window: Duration::from_secs(u64::from(count) * seconds) })
    }
}

/// Time since the limits began, from a clock that never runs backwards.
#[derive(Clone)]
struct Ticks(Arc<dyn Fn() -> Duration + Send + Sync>);

impl fmt::Debug for Ticks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ticks")
    }
}

impl Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        (self.0)().into()
    }
}

type Buckets = RateLimiter<u64, DashMapStateStore<u64>, Ticks, StateInformationMiddleware>;

/// The limits of an instance. Cheap to clone.
#[derive(Clone)]
pub struct Limits(Option<Arc<Inner>>);

struct Inner {
    groups: [(Rate, Buckets); 3],
    ticks: Ticks,
    /// Keys are hashed with a secret seed, so that nobody can choose whose bucket to share.
    seed: RandomState,
}

/// How somebody stands within a limit.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    group: Group,
    rate: Rate,
    remaining: u32,
    reset_s: u64,
    /// Seconds to wait, where the limit is reached.
    retry_after_s: Option<u32>,
}

impl Limits {
    /// No limits.
    pub fn off() -> Self {
        Self(None)
    }

    /// These limits, on the machine's monotonic clock.
    pub fn new(rates: Rates) -> Self {
        let start = Instant::now();
        Self::with_ticks(rates, move || start.elapsed())
    }

    /// These limits, on a clock that never runs backwards.
    pub fn with_ticks(rates: Rates, ticks: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        let Rates(Some(rates)) = rates else { return Self::off() };
        let ticks = Ticks(Arc::new(ticks));
        let groups = rates.map(|rate| {
            // Whoever waits for a window has all of it again, and meanwhile a part of it.
            let quota = Quota::with_period(rate.window / rate.requests.get())
                .unwrap_or(Quota::per_second(rate.requests))
                .allow_burst(rate.requests);
            let store = DashMapStateStore::default();
            let plain =
                RateLimiter::<_, _, _, NoOpMiddleware<Nanos>>::new(quota, store, ticks.clone());
            (rate, plain.with_middleware())
        });
        Self(Some(Arc::new(Inner { groups, ticks, seed: RandomState::new() })))
    }

    /// Forgets whoever has a whole window again. For a worker.
    pub fn forget_idle(&self) {
        for (_, buckets) in self.0.iter().flat_map(|inner| &inner.groups) {
            buckets.retain_recent();
            buckets.shrink_to_fit();
        }
    }

    /// Counts one request; how the asker stands then, where there are limits.
    fn count(&self, group: Group, key: impl Hash) -> Option<Standing> {
        let inner = self.0.as_ref()?;
        let (rate, buckets) = &inner.groups[group as usize];
        let key = inner.seed.hash_one(key);
        let (remaining, wait) = match buckets.check_key(&key) {
            Ok(snapshot) => (snapshot.remaining_burst_capacity(), None),
            Err(refused) => {
                security_log::rate_exceeded(Group::NAMES[group as usize]);
                (0, Some(refused.wait_time_from(inner.ticks.now())))
            }
        };
        let per_request = rate.window / rate.requests.get();
        let until_full = per_request * (rate.requests.get() - remaining.min(rate.requests.get()));
        Some(Standing {
            group,
            rate: *rate,
            remaining,
            reset_s: whole_seconds(until_full),
            retry_after_s: wait.map(|w| u32::try_from(whole_seconds(w)).unwrap_or(u32::MAX).max(1)),
        })
    }

    /// Counts an attempt to register or to sign in with this e-mail address from a neighbourhood of the network. Whoever
    /// tries elsewhere has a bucket of their own: nobody uses up what the owner of an address has.
    pub fn check_account(&self, address: IpAddr, email: &str) -> Result<(), ApiError> {
        let standing = self.count_account(address, email);
        standing.map_or(Ok(()), Standing::check)
    }

    /// Counts an attempt to register or to sign in, by address, and by account within a neighbourhood of the network; the
    /// seconds to wait if there were too many.
    pub fn attempt(&self, address: IpAddr, email: &str) -> Option<u32> {
        let by_address = self.count(Group::Auth, ("address", network(address)))?;
        let by_account = self.count_account(address, email)?;
        by_address.retry_after_s.max(by_account.retry_after_s)
    }

    fn count_account(&self, address: IpAddr, email: &str) -> Option<Standing> {
        let email = email.trim().to_lowercase();
        self.count(Group::Auth, ("account", neighbourhood(address), email))
    }

    /// Counts a form, by who sends it or, of somebody who is not signed in, by address: each may leave something in the
    /// database for a while. The answer, if there were too many.
    pub fn refuse_form(
        &self,
        actor: Option<&Actor>,
        address: IpAddr,
        now_ms: i64,
    ) -> Option<Response> {
        let standing = match actor {
            Some(actor) => self.count(Group::Default, ("form", account(actor)))?,
            None => self.count(Group::Public, ("form", network(address)))?,
        };
        standing.retry_after_s?;
        Some(standing.too_many(now_ms))
    }

    fn count_request(&self, group: Group, path: &str, address: IpAddr) -> Option<Standing> {
        let address = network(address);
        match group {
            // Image proxies share addresses: a badge has a bucket of its own for each.
            Group::Public => self.count(group, ("badge", address, badge_id(path))),
            Group::Auth | Group::Default => self.count(group, ("address", address)),
        }
    }
}

fn whole_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

impl Standing {
    fn too_many(self, now_ms: i64) -> Response {
        let mut response = StatusCode::TOO_MANY_REQUESTS.into_response();
        self.write(response.headers_mut(), now_ms);
        response
    }

    fn check(self) -> Result<(), ApiError> {
        match self.retry_after_s {
            Some(seconds) => Err(ApiError::rate_limited(self, seconds)),
            None => Ok(()),
        }
    }

    /// Tells it in an answer that does not tell it yet (`RateLimit` as in the IETF's draft 11).
    pub(super) fn write(self, headers: &mut HeaderMap, now_ms: i64) {
        let name = Group::NAMES[self.group as usize];
        let (limit, window) = (self.rate.requests, self.rate.window.as_secs());
        let reset_at = now_ms / 1000 + i64::try_from(self.reset_s).unwrap_or(i64::MAX / 2000);
        let told = [
            ("ratelimit-policy", format!("\"{name}\";q={limit};w={window}")),
            ("ratelimit", format!("\"{name}\";r={};t={}", self.remaining, self.reset_s)),
            ("x-ratelimit-limit", limit.to_string()),
            ("x-ratelimit-remaining", self.remaining.to_string()),
            ("x-ratelimit-reset", reset_at.to_string()),
        ];
        if headers.contains_key("ratelimit") {
            return;
        }
        for (name, value) in told {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
    }

    /// How many are allowed and in which time, for people.
    pub(super) fn allowance(&self) -> String {
        format!("{} requests in {} seconds", self.rate.requests, self.rate.window.as_secs())
    }
}

/// An address as far as one party controls it: all of an IPv4 one, the first half of an IPv6 one.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let bits = u128::from_be_bytes(v6.octets()) & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from(bits))
        }
        v4 => v4,
    }
}

/// An address and those around it that one party easily moves to: /24 and /48.
fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(Ipv4Addr::from(u32::from(v4) & (u32::MAX << 8))),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from(u128::from(v6) & (u128::MAX << 80))),
    }
}

fn group_of(path: &str) -> Group {
    match path.strip_prefix("/v1/") {
        Some("auth/register" | "auth/login" | "auth/verify") => Group::Auth,
        Some(rest) if !rest.starts_with("public/") => Group::Default,
        _ => Group::Public,
    }
}

/// The id in a badge's path; empty for everything else.
fn badge_id(path: &str) -> &str {
    let rest = path.strip_prefix("/v1/public/").unwrap_or_default();
    rest.split_once('/').map_or("", |(id, _)| id)
}

/// Counts a request to an API before it is answered. Who presents a good key or token is found out here, once.
pub async fn api(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    // Whoever watches the instance asks often, and must not mistake a limit for an outage.
    if state.limits.0.is_none() || path == "/health" {
        return next.run(request).await;
    }
    let (headers, extensions) = (request.headers(), request.extensions());
    let ClientAddress(address) = ClientAddress::of(&state.trusted_proxies, headers, extensions);
    let group = group_of(path);
    let standing = match group {
        Group::Auth | Group::Public => state.limits.count_request(group, path, address),
        Group::Default => match Caller::read(&state, headers, extensions).await {
            Ok(Caller(actor)) => {
                let standing = state.limits.count(group, account(&actor));
                request.extensions_mut().insert(actor);
                standing
            }
            Err(_) => state.limits.count_request(group, path, address),
        },
    };
    let Some(standing) = standing else { return next.run(request).await };
    let mut response = match standing.check() {
        Ok(()) => next.run(request).await,
        Err(refused) => refused.into_response(),
    };
    standing.write(response.headers_mut(), state.services.now_ms());
    response
}

fn account(actor: &Actor) -> &str {
    match &actor.who {
        Who::Key { id, .. } => id.as_str(),
        Who::User { id, .. } => id.as_str(),
        Who::Console | Who::System => "",
    }
}

/// Counts a request to a public page of an agent or a certificate.
pub async fn pages(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if !path.starts_with("/a/") && !path.starts_with("/c/") {
        return next.run(request).await;
    }
    let ClientAddress(address) =
        ClientAddress::of(&state.trusted_proxies, request.headers(), request.extensions());
    match state.limits.count_request(Group::Public, path, address) {
        // `error_pages` puts a page in its place.
        Some(standing) if standing.retry_after_s.is_some() => {
            standing.too_many(state.services.now_ms())
        }
        _ => next.run(request).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_and_wrong_ones_refused() {
        let rates: Rates = "auth=5/15m, public=100/m,default=7/2h".parse().unwrap();
        let rates = rates.0.unwrap().map(|r| (r.requests.get(), r.window.as_secs()));
        assert_eq!(rates, [(5, 900), (100, 60), (7, 7_200)]);
        assert_eq!("off".parse::<Rates>().unwrap(), Rates(None));
        for wrong in [
            "",
            "on",
            "auth=5/15m",
            "auth=0/m,public=1/m,default=1/m",
            "auth=1/0m,public=1/m,default=1/m",
            "auth=1/d,public=1/m,default=1/m",
            "auth=1/m,auth=1/m,public=1/m,default=1/m",
            "auth=1/m,public=1/m,other=1/m",
        ] {
            assert!(wrong.parse::<Rates>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn one_party_has_one_bucket() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        let around = |text: &str| neighbourhood(text.parse().unwrap());
        assert_eq!(around("192.0.2.1"), around("::ffff:192.0.2.254"));
        assert_ne!(around("192.0.2.1"), around("192.0.3.1"));
        assert_eq!(around("2001:db8:1:2::1"), around("2001:db8:1:3::1"));
        assert_ne!(around("2001:db8:1:2::1"), around("2001:db8:2:2::1"));
    }
}
