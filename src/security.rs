//! What stands between a browser and other people's pages.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use service::security_log;

use crate::client_address::ClientAddress;
use crate::state::AppState;

// Without script a page connects to nothing. Tools that judge it fetch robots.txt in its name, which this lets them.
const PUBLIC_CSP: &str = "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const SCRIPT_CSP: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const DASHBOARD_CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

// Nothing but pages and the badge is meant to be looked at, in a frame least of all.
const OTHER_CSP: &str = "default-src 'none'; frame-ancestors 'none'";
// Badges may be framed.
const IMAGE_CSP: &str = "default-src 'none'";
// A year, as OWASP ASVS 5.0 asks (3.4.1).
const HSTS: &str = "max-age=31536000; includeSubDomains";
const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
    magnetometer=(), microphone=(), midi=(), payment=(), usb=(), clipboard-write=(self), \
    publickey-credentials-create=(self), publickey-credentials-get=(self)";

/// Adds the security headers to what has none of its own, and keeps pages out of shared caches.
pub async fn headers(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let api = path.starts_with("/v1/");
    let dashboard = path.starts_with("/dashboard");
    // Badges stand in other people's pages, in whichever way these put images there.
    let public = path.starts_with("/v1/public/");
    let mut response = next.run(request).await;
    let content_type = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let html = content_type.is_some_and(|t| t.starts_with(b"text/html"));
    let image = public && content_type.is_some_and(|t| t.starts_with(b"image/"));
    let open = response.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN);
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    if state.services.is_https() {
        set(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    let resource = if public || open { "cross-origin" } else { "same-origin" };
    set(HeaderName::from_static("cross-origin-resource-policy"), resource);
    if html {
        set(header::CONTENT_SECURITY_POLICY, if dashboard { DASHBOARD_CSP } else { PUBLIC_CSP });
        // What one person sees is for nobody who comes to the machine afterwards.
        set(
            header::CACHE_CONTROL,
            if dashboard { "private, no-store" } else { "private, no-cache" },
        );
        set(HeaderName::from_static("permissions-policy"), PERMISSIONS);
        set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    } else {
        set(header::CONTENT_SECURITY_POLICY, if image { IMAGE_CSP } else { OTHER_CSP });
    }
    if api && !public {
        set(header::CACHE_CONTROL, "no-store");
    }
    response
}

/// A public page with the one script that it cannot do without.
pub fn with_script(mut page: Response) -> Response {
    let policy = HeaderValue::from_static(SCRIPT_CSP);
    page.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    page
}

/// Refuses changes that another site's page makes a browser send, with the cookie or without: server functions take any
/// form post, whatever page it stands on.
pub async fn same_origin(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    if reads || comes_from_us(request.headers(), &state.public_url) {
        return next.run(request).await;
    }
    let ClientAddress(from) =
        ClientAddress::of(&state.trusted_proxies, request.headers(), request.extensions());
    security_log::foreign_form(request.uri().path(), from);
    (StatusCode::FORBIDDEN, "This form was sent from another site.").into_response()
}

/// By `Sec-Fetch-Site`, else by `Origin`; a client that sends neither is no browser.
fn comes_from_us(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|v| v.to_str().unwrap_or_default());
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN) else { return true };
    let host = text(header::HOST).unwrap_or_default();
    let without_scheme = origin.split_once("://").map_or("", |(_, rest)| rest);
    origin == public_url || (!host.is_empty() && without_scheme == host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(headers: &[(&'static str, &'static str)]) -> bool {
        let map = headers
            .iter()
            .map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v)))
            .collect();
        comes_from_us(&map, "https://trust.example.com")
    }

    #[test]
    fn other_sites_are_refused() {
        assert!(allowed(&[]));
        assert!(allowed(&[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")]));
        assert!(!allowed(&[("sec-fetch-site", "cross-site")]));
        assert!(!allowed(&[("sec-fetch-site", "same-site")]));
        assert!(allowed(&[("origin", "https://trust.example.com")]));
        assert!(allowed(&[("origin", "http://localhost:3000"), ("host", "localhost:3000")]));
        assert!(!allowed(&[("origin", "https://evil.example"), ("host", "localhost:3000")]));
        assert!(!allowed(&[("origin", "null"), ("host", "localhost:3000")]));
    }
}
