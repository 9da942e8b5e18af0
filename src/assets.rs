//! The files that pages load, kept inside the binary: hashed ones under `/pkg/`, public ones at the root.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::Embed;
use serde::Deserialize;

/// What `cargo xtask assets` built. A debug build reads it from disk at every request.
#[derive(Embed)]
#[folder = "target/site"]
struct Site;

#[derive(Deserialize)]
struct Manifest {
    folder: Arc<str>,
}

struct File {
    content: Cow<'static, [u8]>,
    sha256: [u8; 32],
}

/// Routes for every embedded file. They are compressed already, so no compression layer belongs around them.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let hashed = get(async |Path(path): Path<String>, headers: HeaderMap| {
        respond(&format!("pkg/{path}"), &headers, find)
    });
    let router = Router::new().route("/pkg/{*path}", hashed);
    #[cfg(debug_assertions)]
    let router = router.route("/dev/build", get(build));
    public_files().into_iter().fold(router, |router, file| {
        let path = format!("/{file}");
        router.route(&path, get(async move |headers: HeaderMap| respond(&file, &headers, find)))
    })
}

/// The folder of this build, such as `/pkg/1f2e3d4c5b6a7988`. Without assets it is one that no file is in: pages
/// still work then, unstyled.
pub fn folder() -> Arc<str> {
    static FOLDER: LazyLock<Arc<str>> = LazyLock::new(read_folder);
    // While one develops, assets are rebuilt below a running server.
    if cfg!(debug_assertions) { read_folder() } else { Arc::clone(&FOLDER) }
}

/// Another one whenever the server or its assets are new; asked for by pages that are open while one develops.
#[cfg(debug_assertions)]
pub async fn build() -> String {
    format!("{} {}", std::process::id(), folder())
}

fn read_folder() -> Arc<str> {
    let manifest = Site::get("manifest.json");
    match manifest.and_then(|file| serde_json::from_slice::<Manifest>(&file.data).ok()) {
        Some(manifest) => manifest.folder,
        None => {
            tracing::error!("pages have neither style nor script: run `cargo xtask assets`");
            "/pkg/assets-were-not-built".into()
        }
    }
}

fn public_files() -> Vec<String> {
    let compressed = |path: &str| {
        path.strip_suffix(".br")
            .or(path.strip_suffix(".gz"))
            .is_some_and(|path| find(path).is_some())
    };
    let public =
        |path: &str| path != "manifest.json" && !path.starts_with("pkg/") && !compressed(path);
    Site::iter().filter(|path| public(path)).map(Cow::into_owned).collect()
}

fn find(path: &str) -> Option<File> {
    let file = Site::get(path)?;
    Some(File { content: file.data, sha256: file.metadata.sha256_hash() })
}

fn respond(path: &str, headers: &HeaderMap, find: impl Fn(&str) -> Option<File>) -> Response {
    let Some((file, encoding)) = negotiate(path, headers, find) else {
        return (StatusCode::NOT_FOUND, "There is no such file.\n").into_response();
    };
    let hex: String = file.sha256[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    let etag = format!("\"{hex}\"");
    let seen = values(headers, IF_NONE_MATCH)
        .any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag);
    let cache = if path.starts_with("pkg/") {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=3600"
    };
    let common = [(CACHE_CONTROL, cache), (ETAG, &etag), (VARY, "accept-encoding")];
    if seen {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let content = match file.content {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    let mut response = (common, [(CONTENT_TYPE, content_type(path))], content).into_response();
    if let Some(encoding) = encoding {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The smallest form that the client understands.
fn negotiate(
    path: &str,
    headers: &HeaderMap,
    find: impl Fn(&str) -> Option<File>,
) -> Option<(File, Option<&'static str>)> {
    [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(encoding, _)| {
            values(headers, ACCEPT_ENCODING).any(|value| accepts(value, encoding))
        })
        .find_map(|(encoding, suffix)| Some((find(&format!("{path}.{suffix}"))?, Some(encoding))))
        .or_else(|| Some((find(path)?, None)))
}

/// Whether one element of `Accept-Encoding` names the encoding and does not refuse it by `q=0`.
fn accepts(value: &str, encoding: &str) -> bool {
    let (name, weight) = value.split_once(';').unwrap_or((value, "q=1"));
    let weight =
        weight.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok()).unwrap_or(1.0_f32);
    name.trim().eq_ignore_ascii_case(encoding) && weight > 0.0
}

fn values(headers: &HeaderMap, name: axum::http::HeaderName) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}

fn content_type(path: &str) -> String {
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    // SVG is text as well.
    if mime.type_() == mime_guess::mime::TEXT || mime.suffix() == Some(mime_guess::mime::XML) {
        format!("{mime}; charset=utf-8")
    } else {
        mime.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture(path: &str) -> Option<File> {
        let (content, mark): (&[u8], u8) = match path {
            "pkg/1/app.js" => (b"plain", 1),
            "pkg/1/app.js.br" => (b"brotli", 2),
            "pkg/1/app.js.gz" => (b"gzip", 3),
            "pkg/1/app_bg.wasm" => (b"wasm", 4),
            "favicon.svg" => (b"<svg/>", 5),
            _ => return None,
        };
        Some(File { content: content.into(), sha256: [mark; 32] })
    }

    fn ask(path: &str, headers: &[(axum::http::HeaderName, &'static str)]) -> Response {
        let headers =
            headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
        respond(path, &headers.collect(), fixture)
    }

    fn header(response: &Response, name: axum::http::HeaderName) -> &str {
        response.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[test]
    fn the_smallest_accepted_encoding_is_served() {
        let encoding = |path, accepted| {
            let response = ask(path, &[(ACCEPT_ENCODING, accepted)]);
            assert_eq!(header(&response, VARY), "accept-encoding");
            header(&response, CONTENT_ENCODING).to_owned()
        };
        assert_eq!(encoding("pkg/1/app.js", "gzip, deflate, br, zstd"), "br");
        assert_eq!(encoding("pkg/1/app.js", "gzip, br;q=0"), "gzip");
        assert_eq!(encoding("pkg/1/app.js", "GZIP; q=0.5"), "gzip");
        assert_eq!(encoding("pkg/1/app.js", "identity"), "");
        assert_eq!(encoding("pkg/1/app_bg.wasm", "br"), "");
    }

    #[test]
    fn a_known_version_is_not_sent_again() {
        let br = (ACCEPT_ENCODING, "br");
        let first = ask("pkg/1/app.js", std::slice::from_ref(&br));
        assert_eq!(header(&first, ETAG), "\"02020202020202020202020202020202\"");
        let again = ask(
            "pkg/1/app.js",
            &[br.clone(), (IF_NONE_MATCH, "\"x\", \"02020202020202020202020202020202\"")],
        );
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(header(&again, ETAG), header(&first, ETAG));
        assert_eq!(header(&again, CONTENT_TYPE), "");
        // The tag of another encoding is another version.
        let other = ask("pkg/1/app.js", &[(IF_NONE_MATCH, "\"02020202020202020202020202020202\"")]);
        assert_eq!(other.status(), StatusCode::OK);
    }

    #[test]
    fn hashed_files_are_kept_and_public_ones_asked_for_again() {
        assert_eq!(
            header(&ask("pkg/1/app.js", &[]), CACHE_CONTROL),
            "public, max-age=31536000, immutable"
        );
        assert_eq!(header(&ask("favicon.svg", &[]), CACHE_CONTROL), "public, max-age=3600");
    }

    #[test]
    fn types_are_those_that_browsers_insist_on() {
        assert_eq!(
            header(&ask("pkg/1/app.js", &[]), CONTENT_TYPE),
            "text/javascript; charset=utf-8"
        );
        assert_eq!(header(&ask("pkg/1/app_bg.wasm", &[]), CONTENT_TYPE), "application/wasm");
        assert_eq!(header(&ask("favicon.svg", &[]), CONTENT_TYPE), "image/svg+xml; charset=utf-8");
        assert_eq!(content_type("fonts/text.woff2"), "font/woff2");
    }

    #[test]
    fn an_unknown_file_is_not_found() {
        assert_eq!(
            ask("pkg/1/app.css", &[(ACCEPT_ENCODING, "br")]).status(),
            StatusCode::NOT_FOUND
        );
    }
}
