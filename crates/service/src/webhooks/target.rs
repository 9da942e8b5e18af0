//! Which URLs events can be sent to.

use url::{Host, Url};

use super::address;
use crate::UrlFault;

/// Reads a URL that events can be sent to.
pub(super) fn read(text: &str, allow_loopback: bool) -> Result<Url, UrlFault> {
    let mut url = Url::parse(text).map_err(|_| UrlFault::Malformed)?;
    match url.scheme() {
        "https" => {}
        "http" if allow_loopback => {}
        _ => return Err(UrlFault::NotHttps),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlFault::Credentials);
    }
    let public = match url.host().ok_or(UrlFault::Malformed)? {
        Host::Ipv4(v4) => address::allowed(v4.into(), allow_loopback),
        Host::Ipv6(v6) => address::allowed(v6.into(), allow_loopback),
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            let local = name == "localhost" || name.ends_with(".localhost");
            (allow_loopback || !local) && !name.ends_with(".internal") && !name.ends_with(".local")
        }
    };
    if !public {
        return Err(UrlFault::NotPublic);
    }
    url.set_fragment(None);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_https_urls_are_taken() {
        for good in [
            "https://example.com/hooks?a=b",
            "https://example.com:8443/",
            "https://1.1.1.1/x",
            "https://[2606:4700::1111]/",
            "https://bücher.example/",
        ] {
            assert!(read(good, false).is_ok(), "{good}");
        }
        for (bad, fault) in [
            ("", UrlFault::Malformed),
            ("example.com", UrlFault::Malformed),
            ("http://example.com/", UrlFault::NotHttps),
            ("ftp://example.com/", UrlFault::NotHttps),
            ("file:///etc/passwd", UrlFault::NotHttps),
            ("gopher://example.com/", UrlFault::NotHttps),
            ("data:text/plain,x", UrlFault::NotHttps),
            ("https://u:p@example.com/", UrlFault::Credentials),
            ("https://u@example.com/", UrlFault::Credentials),
            ("https://localhost/", UrlFault::NotPublic),
            ("https://a.localhost./", UrlFault::NotPublic),
            ("https://metadata.google.internal/", UrlFault::NotPublic),
            ("https://printer.local/", UrlFault::NotPublic),
            ("https://127.0.0.1/", UrlFault::NotPublic),
            ("https://2130706433/", UrlFault::NotPublic),
            ("https://0x7f.1/", UrlFault::NotPublic),
            ("https://0177.0.0.1/", UrlFault::NotPublic),
            ("https://10.0.0.1/", UrlFault::NotPublic),
            ("https://169.254.169.254/latest", UrlFault::NotPublic),
            ("https://[::1]/", UrlFault::NotPublic),
            ("https://[::ffff:127.0.0.1]/", UrlFault::NotPublic),
            ("https://[64:ff9b::7f00:1]/", UrlFault::NotPublic),
            ("https://[fd00::1]/", UrlFault::NotPublic),
        ] {
            assert_eq!(read(bad, false).err(), Some(fault), "{bad}");
        }
    }

    #[test]
    fn this_machine_is_taken_where_the_operator_says_so() {
        for own in ["http://127.0.0.1:9/x", "https://localhost/", "http://[::1]:80/"] {
            assert!(read(own, true).is_ok(), "{own}");
        }
        for inner in ["http://10.0.0.1/", "http://169.254.169.254/", "https://x.internal/"] {
            assert_eq!(read(inner, true).err(), Some(UrlFault::NotPublic), "{inner}");
        }
        assert_eq!(read("ftp://127.0.0.1/", true).err(), Some(UrlFault::NotHttps));
    }

    #[test]
    fn a_fragment_is_not_sent() {
        assert_eq!(
            read("https://example.com/a#b", false).unwrap().as_str(),
            "https://example.com/a"
        );
    }
}
