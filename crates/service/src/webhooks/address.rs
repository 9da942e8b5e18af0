//! Which addresses a request from here may go to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits)
}

/// What is not the public internet (IANA's special-purpose registry), and what clouds answer secrets on.
const BLOCKED_V4: [Ipv4Net; 18] = [
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(168, 63, 129, 16, 32),
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 31, 196, 0, 24),
    v4(192, 52, 193, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(192, 175, 48, 0, 24),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    // Multicast, reserved and broadcast.
    v4(224, 0, 0, 0, 3),
];

const fn v6(parts: [u16; 8], bits: u8) -> Ipv6Net {
    let [a, b, c, d, e, f, g, h] = parts;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), bits)
}

/// What the world routes at all.
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);
/// Of that, what is not the public internet.
const BLOCKED_V6: [Ipv6Net; 5] = [
    // Teredo, ORCHID, benchmarking and the like.
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    v6([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
    // 6to4: an IPv4 address in disguise.
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
];

/// Whether a request may be sent to this address; to this machine only where the operator said so.
pub(crate) fn allowed(address: IpAddr, allow_loopback: bool) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) if v4.is_loopback() => allow_loopback,
        IpAddr::V6(v6) if v6.is_loopback() => allow_loopback,
        IpAddr::V4(v4) => !BLOCKED_V4.iter().any(|net| net.contains(&v4)),
        // NAT64 (64:ff9b::/96 and 64:ff9b:1::/48), link-local, site-local, unique local and multicast addresses lie
        // outside of what is routed.
        IpAddr::V6(v6) => {
            GLOBAL_V6.contains(&v6) && !BLOCKED_V6.iter().any(|net| net.contains(&v6))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_public_addresses_are_allowed() {
        for public in [
            "1.1.1.1",
            "93.184.216.34",
            "223.255.255.255",
            "172.15.0.1",
            "172.32.0.1",
            "100.63.0.1",
            "100.128.0.1",
            "2606:4700::1111",
            "2a00:1450:4001::200e",
            "2001:200::1",
            "::ffff:1.1.1.1",
        ] {
            assert!(allowed(parse(public), false), "{public}");
        }
        for inner in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "64:ff9b::1.1.1.1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:0a00:0001::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!allowed(parse(inner), false), "{inner}");
        }
    }

    #[test]
    fn this_machine_is_allowed_on_request_and_nothing_else_is() {
        for own in ["127.0.0.1", "127.0.0.53", "::1", "::ffff:127.0.0.1"] {
            assert!(allowed(parse(own), true), "{own}");
        }
        for inner in ["10.0.0.1", "169.254.169.254", "0.0.0.0", "::", "64:ff9b::7f00:1", "fe80::1"]
        {
            assert!(!allowed(parse(inner), true), "{inner}");
        }
    }

    #[test]
    fn ten_thousand_inner_addresses_are_refused_in_every_dress() {
        let inner = BLOCKED_V4.iter().flat_map(|net| {
            let first = u32::from(net.network());
            let size = u32::from(net.broadcast()) - first;
            (0..=200).map(move |n| Ipv4Addr::from(first + (u64::from(size) * n / 200) as u32))
        });
        let mut tried = 0;
        for v4 in inner {
            let [a, b, c, d] = v4.octets().map(u16::from);
            let (high, low) = (a << 8 | b, c << 8 | d);
            for dress in [
                IpAddr::V4(v4),
                IpAddr::V6(v4.to_ipv6_mapped()),
                IpAddr::V6(v4.to_ipv6_compatible()),
                IpAddr::V6(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low)),
                IpAddr::V6(Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1)),
            ] {
                assert!(!allowed(dress, false), "{dress}");
                tried += 1;
            }
        }
        assert!(tried > 10_000, "{tried}");
    }
}
