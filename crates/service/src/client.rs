//! What somebody signs in with and from where, as far as it is kept: enough to know one's own devices.

use std::net::IpAddr;

use ipnet::IpNet;

/// A device and the network that it is in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Client {
    /// Such as `Firefox, Linux`; empty where that is unknown.
    pub device: String,
    /// Such as `203.0.113.0/24` or `2001:db8:1::/48`; empty where that is unknown.
    pub network: String,
}

/// Browsers by what they call themselves, those first whose name others carry too.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];
const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
    ("BSD", "BSD"),
];
/// Characters of a program's own name that are kept.
const MAX_PROGRAM: usize = 40;

impl Client {
    /// What a request tells by its `User-Agent` and its address.
    pub fn new(user_agent: &str, address: IpAddr) -> Self {
        Self { device: device(user_agent), network: network(address) }
    }
}

fn device(user_agent: &str) -> String {
    let named = |list: &[(&str, &'static str)]| {
        list.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    let known: Vec<_> = [named(&BROWSERS), named(&SYSTEMS)].into_iter().flatten().collect();
    if !known.is_empty() {
        return known.join(", ");
    }
    // A program: `python-requests/2.32` and the like.
    let name = user_agent.split(['/', ' ']).next().unwrap_or_default();
    name.chars().filter(|c| !c.is_control()).take(MAX_PROGRAM).collect()
}

/// The network of an address: its first 24 bits, or 48 of IPv6. Empty for an unknown address.
pub(crate) fn network(address: IpAddr) -> String {
    let address = address.to_canonical();
    if address.is_unspecified() {
        return String::new();
    }
    let bits = if address.is_ipv4() { 24 } else { 48 };
    IpNet::new(address, bits).map(|network| network.trunc().to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_called_by_their_usual_names() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
            Chrome/131.0.0.0 Safari/537.36";
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like \
            Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0";
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 \
            (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";
        for (agent, name) in [
            (chrome, "Chrome, Linux"),
            (edge, "Edge, Windows"),
            (phone, "Safari, iPhone"),
            ("python-requests/2.32.3", "python-requests"),
            ("curl/8.5.0", "curl"),
            ("", ""),
        ] {
            assert_eq!(device(agent), name);
        }
        assert_eq!(device(&"x".repeat(500)).len(), 40);
    }

    #[test]
    fn only_the_network_of_an_address_is_kept() {
        for (address, kept) in [
            ("203.0.113.77", "203.0.113.0/24"),
            ("::ffff:203.0.113.77", "203.0.113.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
            ("0.0.0.0", ""),
        ] {
            assert_eq!(network(address.parse().unwrap()), kept);
        }
    }
}
