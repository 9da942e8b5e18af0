//! Where a request came from.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, header};
use ipnet::IpNet;
use service::Client;

use crate::state::AppState;

/// The address of the client: of the connection, or what a trusted proxy says of it. IPv4 is never in the dress of
/// IPv6. `0.0.0.0` stands for an unknown address: a router without a connection, as in tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

const UNKNOWN: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

impl ClientAddress {
    /// Reads it off a request. `X-Forwarded-For` counts only when the connection is from one of `trusted`, and in it the
    /// rightmost hop that is not: everything left of that one could be invented by the client.
    pub fn of(trusted: &[IpNet], headers: &HeaderMap, extensions: &Extensions) -> Self {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>();
        let Some(ConnectInfo(peer)) = peer else { return Self(UNKNOWN) };
        let trusts = |ip: &IpAddr| trusted.iter().any(|network| network.contains(ip));
        let mut client = peer.ip().to_canonical();
        if !trusts(&client) {
            return Self(client);
        }
        let lines: Vec<_> = headers.get_all("x-forwarded-for").iter().collect();
        let hops = lines.iter().rev().flat_map(|line| line.as_bytes().rsplit(|b| *b == b','));
        for hop in hops {
            // A hop that cannot be read hides who was before it: the last proxy known is what remains.
            let Some(ip) = std::str::from_utf8(hop).ok().and_then(hop_address) else { break };
            client = ip;
            if !trusts(&client) {
                break;
            }
        }
        Self(client)
    }
}

/// An address as proxies write it: with or without a port, IPv6 with or without brackets.
fn hop_address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
    let ip = bare.parse().or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
    ip.ok().map(|ip: IpAddr| ip.to_canonical())
}

/// What a request tells of who sent it: the device by its `User-Agent`, and the network.
pub fn client(address: ClientAddress, headers: &HeaderMap) -> Client {
    let agent = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok());
    Client::new(agent.unwrap_or_default(), address.0)
}

impl FromRequestParts<AppState> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self::of(&state.trusted_proxies, &parts.headers, &parts.extensions))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(peer: &str, forwarded: &[&'static str]) -> String {
        let trusted: Vec<IpNet> =
            ["10.0.0.0/8", "2001:db8::/32"].iter().map(|n| n.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(line));
        }
        let mut extensions = Extensions::new();
        if let Ok(peer) = peer.parse::<SocketAddr>() {
            extensions.insert(ConnectInfo(peer));
        }
        ClientAddress::of(&trusted, &headers, &extensions).0.to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(client("203.0.113.7:1", &["198.51.100.1"]), "203.0.113.7");
        assert_eq!(client("10.0.0.1:1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("[2001:db8::1]:1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1:1", &[]), "10.0.0.1");
        assert_eq!(client("", &["198.51.100.1"]), "0.0.0.0");
    }

    #[test]
    fn the_rightmost_untrusted_hop_is_the_client() {
        assert_eq!(client("10.0.0.1:1", &["1.1.1.1, 198.51.100.1, 10.0.0.2"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1:1", &["1.1.1.1", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1:1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
        assert_eq!(client("10.0.0.1:1", &["1.1.1.1, nonsense, 10.0.0.2"]), "10.0.0.2");
    }

    #[test]
    fn every_way_to_write_an_address_is_one_address() {
        assert_eq!(client("[::ffff:10.0.0.1]:1", &["::ffff:198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1:1", &["198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1:1", &["[2001:db9::1]:4711"]), "2001:db9::1");
        assert_eq!(client("10.0.0.1:1", &["[2001:db9::1]"]), "2001:db9::1");
    }
}
