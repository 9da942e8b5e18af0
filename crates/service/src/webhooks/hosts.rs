//! The hosts that the operator lets webhooks go to.

use std::str::FromStr;

use url::{Host, Url};

/// Where webhooks may go: hosts, or all hosts below a name (`*.example.com`), each with or without a port. The empty
/// list allows every public host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookHosts(Vec<Entry>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    host: Host,
    /// Not the host itself, but every name below it.
    below: bool,
    /// `None`: any.
    port: Option<u16>,
}

/// The part of a list that names no host.
#[derive(Debug, PartialEq, Eq)]
pub struct NoHost(pub String);

impl FromStr for WebhookHosts {
    type Err = NoHost;

    fn from_str(text: &str) -> Result<Self, NoHost> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts
            .map(|part| entry(part).ok_or_else(|| NoHost(part.to_owned())))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn entry(text: &str) -> Option<Entry> {
    let (below, rest) = match text.strip_prefix("*.") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (name, port) = match rest.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port.parse().ok()?)),
        _ => (rest, None),
    };
    let host = Host::parse(name.trim_end_matches('.')).ok()?;
    let named = matches!(&host, Host::Domain(name) if !name.contains('*'));
    let fits = if below { named } else { named || !matches!(host, Host::Domain(_)) };
    fits.then_some(Entry { host, below, port })
}

impl WebhookHosts {
    /// Whether webhooks may go to this URL, as far as its host and port are concerned.
    pub(crate) fn allow(&self, url: &Url) -> bool {
        self.0.is_empty() || self.0.iter().any(|entry| entry.fits(url))
    }
}

impl Entry {
    fn fits(&self, url: &Url) -> bool {
        let host = match (url.host(), &self.host) {
            (Some(Host::Domain(name)), Host::Domain(listed)) => {
                let name = name.trim_end_matches('.');
                match name.strip_suffix(listed.as_str()) {
                    Some(rest) if self.below => rest.len() > 1 && rest.ends_with('.'),
                    Some(rest) => rest.is_empty(),
                    None => false,
                }
            }
            (Some(Host::Ipv4(ip)), Host::Ipv4(listed)) => ip == *listed,
            (Some(Host::Ipv6(ip)), Host::Ipv6(listed)) => ip == *listed,
            _ => false,
        };
        host && self.port.is_none_or(|port| url.port_or_known_default() == Some(port))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_allows_what_it_names_and_nothing_that_looks_like_it() {
        let hosts: WebhookHosts =
            "*.example.com, hooks.example.org,Bücher.example:8443, 192.0.2.7, [2001:db8::7]:443"
                .parse()
                .unwrap();
        for good in [
            "https://a.example.com/",
            "https://a.b.EXAMPLE.com:8443/x",
            "https://a.example.com./",
            "https://hooks.example.org/x?y",
            "https://hooks.example.org:9000/",
            "https://bücher.example:8443/",
            "https://192.0.2.7/",
            "https://[2001:db8::7]/",
        ] {
            assert!(hosts.allow(&good.parse().unwrap()), "{good}");
        }
        for bad in [
            "https://example.com/",
            "https://.example.com/",
            "https://badexample.com/",
            "https://a.example.com.evil.example/",
            "https://a.example.com@evil.example/",
            "https://x.hooks.example.org/",
            "https://bücher.example/",
            "https://192.0.2.8/",
            "https://[2001:db8::7]:8443/",
        ] {
            assert!(!bad.parse().is_ok_and(|url| hosts.allow(&url)), "{bad}");
        }
        assert!(WebhookHosts::default().allow(&"https://anything.example/".parse().unwrap()));
    }

    #[test]
    fn what_names_no_host_is_told() {
        for bad in [
            "https://example.com",
            "example.com/x",
            "*",
            "a.*.com",
            "*.1.2.3.4",
            "a:b",
            "a b",
            "a:70000",
        ] {
            let read = format!("hooks.example.org, {bad}").parse::<WebhookHosts>();
            assert_eq!(read, Err(NoHost(bad.to_owned())));
        }
        assert_eq!(" , ".parse(), Ok(WebhookHosts::default()));
    }
}
