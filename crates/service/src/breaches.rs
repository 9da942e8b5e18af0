//! Passwords that got out somewhere. Whom to ask, the operator says; who is asked learns the first five of forty digits
//! of a SHA-1 and from which machine it comes: a thousand passwords and more begin alike.

use std::str::FromStr;
use std::time::Duration;

use http::StatusCode;
use model::AttemptFailure;
use sha1::{Digest, Sha1};
use url::Url;

use crate::mail::is_this_machine;
use crate::webhooks::{Outbound, Resolver, get};

/// How long the answer may take.
const DEADLINE: Duration = Duration::from_secs(2);
/// Bytes of an answer that are read at most; today they have about 60,000.
const MAX_ANSWER: usize = 512 * 1024;
/// Digits that are told.
const PREFIX: usize = 5;

/// Where passwords that got out can be asked for: the range API of Have I Been Pwned, or a mirror of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreachedPasswords(Url);

/// A text that is no such URL.
#[derive(Debug)]
pub struct NoBreachedPasswords;

impl FromStr for BreachedPasswords {
    type Err = NoBreachedPasswords;

    fn from_str(text: &str) -> Result<Self, NoBreachedPasswords> {
        let url = Url::parse(text).map_err(|_| NoBreachedPasswords)?;
        let secured = url.scheme() == "https" || (url.scheme() == "http" && is_this_machine(&url));
        let bare = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if secured && bare { Ok(Self(url)) } else { Err(NoBreachedPasswords) }
    }
}

/// Asks whether passwords got out.
pub(crate) struct Breaches {
    url: Url,
    outbound: Outbound,
}

impl Breaches {
    /// This machine is asked only where the URL itself names it.
    pub(crate) fn new(BreachedPasswords(url): &BreachedPasswords, resolver: &Resolver) -> Self {
        let outbound = Outbound::new(resolver.clone(), is_this_machine(url), MAX_ANSWER);
        Self { url: url.clone(), outbound }
    }

    /// Whether a password is known to have got out. Where nobody answers, it is not.
    pub(crate) async fn know(&self, password: &str) -> bool {
        let digits = hex::encode(Sha1::digest(password.as_bytes())).to_uppercase();
        let (prefix, suffix) = digits.split_at(PREFIX);
        let answer = tokio::time::timeout(DEADLINE, self.ask(prefix)).await;
        match answer.unwrap_or(Err(AttemptFailure::Timeout)) {
            Ok(lines) => listed(&lines, suffix),
            Err(failure) => {
                let failure = failure.as_str();
                tracing::warn!(
                    failure,
                    "a password was taken unasked: breached_passwords_url does not answer ({failure})"
                );
                false
            }
        }
    }

    async fn ask(&self, prefix: &str) -> Result<Vec<u8>, AttemptFailure> {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(prefix);
        }
        let headers = [
            ("user-agent", concat!("Surety/", env!("CARGO_PKG_VERSION")).to_owned()),
            // Lines that mean nothing, so that nobody on the way can tell by its length which range was asked for.
            ("add-padding", "true".to_owned()),
        ];
        let request = get(&url, &headers).map_err(|_| AttemptFailure::Broken)?;
        let answer = self.outbound.send(&mut None, &url, request).await?;
        if answer.status == StatusCode::OK { Ok(answer.body) } else { Err(AttemptFailure::Status) }
    }
}

/// Whether lines of `SUFFIX:COUNT` hold this suffix. A count of zero is padding.
fn listed(lines: &[u8], suffix: &str) -> bool {
    lines.split(|byte| *byte == b'\n').any(|line| {
        let line = line.trim_ascii();
        let (found, count) = line.split_at(line.len().min(suffix.len()));
        found.eq_ignore_ascii_case(suffix.as_bytes())
            && count.strip_prefix(b":").is_some_and(|count| count.trim_ascii() != b"0")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_to_ask_is_reached_over_tls_or_on_this_machine() {
        for good in [
            "https://api.pwnedpasswords.com/range",
            "https://pwned.example.com:8443/",
            "http://127.0.0.1:9/range/",
            "http://localhost/range",
            "http://[::1]:9",
        ] {
            assert!(good.parse::<BreachedPasswords>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "api.pwnedpasswords.com/range",
            "http://api.pwnedpasswords.com/range",
            "http://localhost.example.com/",
            "https://u:p@pwned.example.com/",
            "https://pwned.example.com/?range=",
            "ftp://pwned.example.com/",
        ] {
            assert!(bad.parse::<BreachedPasswords>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_suffix_is_found_whole_and_padding_is_not() {
        let lines = b"0018A45C4D1DEF81644B54AB7F969B88D65:3\r\nABCDE:0\r\nabcdf:12\nABCDEF:7";
        assert!(listed(lines, "0018A45C4D1DEF81644B54AB7F969B88D65"));
        assert!(listed(lines, "ABCDF"));
        assert!(!listed(lines, "ABCDE"), "padding, and the beginning of another one");
        assert!(!listed(lines, "0018A"));
        assert!(!listed(b"", "ABCDE"));
    }
}
