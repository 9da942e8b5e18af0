//! Senders: one attempt after the other, over one connection.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use model::{Attempt, AttemptFailure, DeliveryState, EventId};
use store::deliveries::Outcome;
use store::queues::QueueName;
use tokio::time::Instant;

use super::jobs::Job;
use super::{Address, Engine};
use crate::webhooks::outbound::{Answer, Connection, post};
use crate::webhooks::{Addressee, WebhookEvent};
use crate::{Error, Services};

/// How long an attempt may take, from the look-up of the name to the end of the answer.
const DEADLINE: Duration = Duration::from_secs(15);
/// How long after each failure it is tried again.
pub const SCHEDULE_MS: [i64; 7] =
    [5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000];
/// The longest time that an endpoint can ask for by `Retry-After`.
const MAX_RETRY_AFTER_MS: i64 = 86_400_000;
/// The longest time for which it is left alone altogether.
const MAX_PAUSE_MS: i64 = 300_000;
/// What is kept of an answer.
const KEPT_ANSWER: usize = 1_024;
/// What is kept of its header.
const KEPT_HEADERS: usize = 4_096;

/// The status of an endpoint that wants nothing more.
const GONE: u16 = 410;

/// What went out, and what came back.
pub(crate) struct Sent {
    /// The headers of the request.
    pub headers: Vec<(&'static str, String)>,
    /// Its body.
    pub body: String,
    /// What it came to; numbered 1.
    pub attempt: Attempt,
    /// When the endpoint wants to be asked again (Unix milliseconds).
    pub retry_at_ms: Option<i64>,
}

/// Makes one attempt.
pub(crate) async fn send(
    services: &Services,
    address: &Address,
    event: &WebhookEvent,
    connection: &mut Option<Connection>,
) -> Result<Sent, Error> {
    let started_at_ms = services.now_ms();
    let (headers, body) = compose(services, address, event, started_at_ms)?;
    let request =
        post(&address.url, &headers, Bytes::from(body.clone())).map_err(Error::internal)?;
    let begin = Instant::now();
    let answer = if services.0.settings.webhooks.hosts.allow(&address.url) {
        let answer = services.0.outbound.send(connection, &address.url, request);
        let answer = tokio::time::timeout(DEADLINE, answer).await;
        answer.unwrap_or(Err(AttemptFailure::Timeout))
    } else {
        Err(AttemptFailure::NotListed)
    };
    let took_ms = i64::try_from(begin.elapsed().as_millis()).unwrap_or(i64::MAX);
    let retry_at_ms = answer.as_ref().ok().and_then(|a| retry_at_ms(a, started_at_ms));
    let attempt = attempt(answer, (started_at_ms, took_ms));
    Ok(Sent { headers, body, attempt, retry_at_ms })
}

/// The headers of a request and its body.
pub(crate) type Composed = (Vec<(&'static str, String)>, String);

/// Words an event and signs it, as it goes out at an instant.
pub(crate) fn compose(
    services: &Services,
    address: &Address,
    event: &WebhookEvent,
    at_ms: i64,
) -> Result<Composed, Error> {
    let timestamp_s = at_ms / 1_000;
    let addressee = Addressee {
        dialect: address.dialect,
        secrets: &address.secrets,
        timestamp_s,
        public_url: services.public_url(),
    };
    let message = (services.0.settings.webhooks.render)(event, &addressee)?;
    let id = event.id.as_str();
    let signature = address.secrets.standard((id, timestamp_s), message.body.as_bytes(), at_ms);
    let mut headers = vec![
        ("content-type", "application/json".to_owned()),
        ("user-agent", concat!("Surety-Webhooks/", env!("CARGO_PKG_VERSION")).to_owned()),
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", timestamp_s.to_string()),
        ("webhook-signature", signature),
    ];
    headers.extend(message.headers);
    Ok((headers, message.body))
}

fn attempt(
    answer: Result<Answer, AttemptFailure>,
    (started_at_ms, took_ms): (i64, i64),
) -> Attempt {
    let empty = Attempt {
        number: 1,
        started_at_ms,
        took_ms,
        status: None,
        failure: None,
        headers: String::new(),
        answer: String::new(),
    };
    match answer {
        Err(failure) => Attempt { failure: Some(failure), ..empty },
        Ok(answer) => Attempt {
            status: Some(answer.status),
            failure: (!(200..300).contains(&answer.status)).then_some(AttemptFailure::Status),
            headers: lines(&answer.headers),
            answer: text(&answer.body[..answer.body.len().min(KEPT_ANSWER)]),
            ..empty
        },
    }
}

/// Bytes as a text that every database takes.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\0', "\u{fffd}")
}

fn lines(headers: &HeaderMap) -> String {
    let mut lines = String::new();
    for (name, value) in headers {
        let line = format!("{name}: {}\n", text(value.as_bytes()));
        if lines.len() + line.len() > KEPT_HEADERS {
            break;
        }
        lines.push_str(&line);
    }
    lines
}

/// What `Retry-After` asks for, in seconds or as a date.
fn retry_at_ms(answer: &Answer, now_ms: i64) -> Option<i64> {
    let value = answer.headers.get(http::header::RETRY_AFTER)?.to_str().ok()?.trim();
    let wait_ms = match value.parse::<u32>() {
        Ok(seconds) => i64::from(seconds) * 1_000,
        Err(_) => {
            let date = jiff::fmt::rfc2822::parse(value).ok()?;
            date.timestamp().as_millisecond() - now_ms
        }
    };
    (wait_ms > 0).then(|| now_ms + wait_ms.min(MAX_RETRY_AFTER_MS))
}

/// When to try again after so many failures, the last of them at `now_ms`; `None`: never. `jitter` spreads it by a fifth
/// in both directions.
fn next_try_ms(failures: i64, now_ms: i64, retry_at_ms: Option<i64>, jitter: u8) -> Option<i64> {
    let wait_ms = *SCHEDULE_MS.get(usize::try_from(failures - 1).ok()?)?;
    let spread_ms = wait_ms * (i64::from(jitter) - 128) / 640;
    Some((now_ms + wait_ms + spread_ms).max(retry_at_ms.unwrap_or(0)))
}

impl Engine {
    /// Sends from one lane as long as there is something.
    pub(super) async fn run_sender(self: Arc<Self>, name: QueueName) {
        let mut kept: Option<Connection> = None;
        let mut to: Option<Arc<Address>> = None;
        loop {
            let now_ms = self.services.now_ms();
            let next = self.lanes().next(&name, (to.is_none(), now_ms));
            let Some((address, job)) = next else { return };
            if to.as_ref().is_none_or(|to| to.url != address.url) {
                kept = None;
            }
            let event: EventId = job.name.2.clone();
            let tried = tokio::select! {
                biased;
                tried = self.try_once(&address, job, &mut kept) => Some(tried),
                () = self.lease_lost() => None,
            };
            to = Some(address);
            match tried {
                Some((outcome, pause_until_ms)) => {
                    let more = self.lanes().finish(&name, outcome, pause_until_ms);
                    self.news.notify_one();
                    if more {
                        spawn_sender(&self, name.clone());
                    }
                }
                None => {
                    kept = None;
                    self.lanes().abandon(&name, &event);
                }
            }
        }
    }

    /// Returns when somebody else may send what is in hand here.
    async fn lease_lost(&self) {
        let mut lease = self.lanes().lease();
        loop {
            let until = *lease.borrow_and_update();
            if Instant::now() >= until {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep_until(until) => {}
                _ = lease.changed() => {}
            }
        }
    }

    /// What it came to, and until when its endpoint wants to be left alone.
    async fn try_once(
        &self,
        address: &Address,
        job: Job,
        connection: &mut Option<Connection>,
    ) -> (Outcome, Option<i64>) {
        let Job { name, event, attempts, tries_from } = job;
        let number = attempts + 1;
        let now_ms = self.services.now_ms();
        let sent = match send(&self.services, address, &event, connection).await {
            Ok(sent) => sent,
            Err(error) => {
                tracing::error!(?error, event = event.id.as_str(), "a webhook could not be worded");
                let attempt = attempt(Err(AttemptFailure::Broken), (now_ms, 0));
                Sent { headers: Vec::new(), body: String::new(), attempt, retry_at_ms: None }
            }
        };
        let attempt = Attempt { number, ..sent.attempt };
        let good = attempt.failure.is_none();
        let gone = attempt.status == Some(GONE);
        let [jitter] = self.services.entropy().bytes::<1>();
        let next_at_ms = if good || gone {
            None
        } else {
            next_try_ms(number - tries_from, self.services.now_ms(), sent.retry_at_ms, jitter)
        };
        let state = match (good, next_at_ms) {
            (true, _) => DeliveryState::Delivered,
            (false, Some(_)) => DeliveryState::Pending,
            (false, None) => DeliveryState::Failed,
        };
        let busy = matches!(attempt.status, Some(429 | 503));
        let pause = sent.retry_at_ms.filter(|_| busy);
        let pause_until_ms = pause.map(|at| at.min(now_ms + MAX_PAUSE_MS));
        (Outcome { name, attempt, state, next_at_ms, tries_from }, pause_until_ms)
    }
}

/// Whether the endpoint wants nothing more.
pub(super) fn says_gone(outcome: &Outcome) -> bool {
    outcome.attempt.status == Some(GONE)
}

/// A function of its own: a future that spawns its own kind has no nameable type.
fn spawn_sender(engine: &Arc<Engine>, name: QueueName) {
    let sender: std::pin::Pin<Box<dyn Future<Output = ()> + Send>> =
        Box::pin(Arc::clone(engine).run_sender(name));
    tokio::spawn(sender);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_follow_the_schedule_and_end_after_the_eighth_attempt() {
        let minutes = |failures| next_try_ms(failures, 0, None, 128).map(|ms| ms / 1_000);
        let waits: Vec<_> = (1..=9).map(minutes).collect();
        let expected = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000].map(Some);
        assert_eq!(waits[..7], expected);
        assert_eq!(waits[7..], [None, None]);
        assert_eq!(next_try_ms(2, 0, None, 0), Some(240_000), "a fifth earlier");
        assert!(next_try_ms(2, 0, None, 255).unwrap() <= 360_000, "a fifth later");
        assert_eq!(next_try_ms(1, 1_000, Some(90_000), 128), Some(90_000), "Retry-After");
        assert_eq!(next_try_ms(2, 1_000, Some(2_000), 128), Some(301_000), "never earlier");
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let at = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(http::header::RETRY_AFTER, value.parse().unwrap());
            retry_at_ms(&Answer { status: 429, headers, body: Vec::new() }, 1_791_979_200_000)
        };
        assert_eq!(at("120"), Some(1_791_979_320_000));
        assert_eq!(at("Wed, 14 Oct 2026 12:01:00 GMT"), Some(1_791_979_260_000));
        assert_eq!(at("Wed, 14 Oct 2026 11:00:00 GMT"), None, "past");
        assert_eq!(at("99999999"), Some(1_791_979_200_000 + MAX_RETRY_AFTER_MS));
        assert_eq!(at("soon"), None);
    }
}
