//! The one way to the outside: names are looked up here, what they resolve to is checked, and exactly that address is
//! connected to. No proxies of the environment, no redirects, a bounded answer and one deadline over all of it.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use model::AttemptFailure;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use url::{Host, Url};

use super::address::allowed;

/// Bytes of an answer's header at most, and of what is read of the body at once.
const MAX_HEADER: usize = 16 * 1024;
/// Names that are looked up at a time: each keeps a thread.
const LOOKUPS: usize = 64;

type Lookup = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Finds the addresses of a name.
#[derive(Clone)]
pub struct Resolver(Arc<dyn Fn(String) -> Lookup + Send + Sync>);

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Resolver")
    }
}

impl Resolver {
    /// The machine's own.
    pub fn system() -> Self {
        let lookups = Arc::new(Semaphore::new(LOOKUPS));
        Self::new(move |name| {
            let lookups = Arc::clone(&lookups);
            async move {
                let _one = lookups.acquire().await.map_err(io::Error::other)?;
                Ok(tokio::net::lookup_host((name, 0)).await?.map(|a| a.ip()).collect())
            }
        })
    }

    /// Another one.
    pub fn new<F, L>(lookup: F) -> Self
    where
        F: Fn(String) -> L + Send + Sync + 'static,
        L: Future<Output = io::Result<Vec<IpAddr>>> + Send + 'static,
    {
        Self(Arc::new(move |name| Box::pin(lookup(name))))
    }
}

/// Sends requests to where others said they should go.
pub(crate) struct Outbound {
    tls: TlsConnector,
    resolver: Resolver,
    allow_loopback: bool,
    max_answer: usize,
}

/// A connection that is open. It goes to an address that was checked.
pub(crate) struct Connection(SendRequest<Full<Bytes>>);

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    /// As many bytes as are read at most.
    pub body: Vec<u8>,
}

impl Outbound {
    /// Of an answer, `max_answer` bytes are read at most.
    pub(crate) fn new(resolver: Resolver, allow_loopback: bool, max_answer: usize) -> Self {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.into() };
        let config = ClientConfig::builder_with_provider(Arc::new(
            tokio_rustls::rustls::crypto::ring::default_provider(),
        ))
        .with_safe_default_protocol_versions()
        .map(|builder| builder.with_root_certificates(roots).with_no_client_auth());
        // The provider's own versions are never refused by it.
        let config = config.unwrap_or_else(|error| unreachable!("{error}"));
        Self { tls: TlsConnector::from(Arc::new(config)), resolver, allow_loopback, max_answer }
    }

    pub(crate) fn allow_loopback(&self) -> bool {
        self.allow_loopback
    }

    /// Sends a request over a connection that is kept from before, or a new one. The connection is there afterwards if it
    /// can be used again.
    pub(crate) async fn send(
        &self,
        connection: &mut Option<Connection>,
        url: &Url,
        request: Request<Full<Bytes>>,
    ) -> Result<Answer, AttemptFailure> {
        // The other side may have closed what was kept: that is no failure of the endpoint.
        if let Some(mut kept) = connection.take()
            && let Ok(response) = kept.ask(request.clone()).await
        {
            return finish(connection, kept, response, self.max_answer).await;
        }
        let mut new = self.connect(url).await?;
        let response = new.ask(request).await.map_err(|_| AttemptFailure::Broken)?;
        finish(connection, new, response, self.max_answer).await
    }

    async fn connect(&self, url: &Url) -> Result<Connection, AttemptFailure> {
        let port = url.port_or_known_default().unwrap_or(443);
        let host = url.host().ok_or(AttemptFailure::Unresolved)?;
        let found = match host {
            Host::Ipv4(v4) => vec![IpAddr::V4(v4)],
            Host::Ipv6(v6) => vec![IpAddr::V6(v6)],
            Host::Domain(name) => {
                (self.resolver.0)(name.to_owned()).await.map_err(|_| AttemptFailure::Unresolved)?
            }
        };
        if found.is_empty() {
            return Err(AttemptFailure::Unresolved);
        }
        let mut failure = AttemptFailure::Blocked;
        for address in found.into_iter().filter(|a| allowed(*a, self.allow_loopback)) {
            match TcpStream::connect(SocketAddr::new(address, port)).await {
                Ok(stream) => return self.shake_hands(stream, url).await,
                Err(_) => failure = AttemptFailure::Refused,
            }
        }
        Err(failure)
    }

    async fn shake_hands(
        &self,
        stream: TcpStream,
        url: &Url,
    ) -> Result<Connection, AttemptFailure> {
        // Best effort: a delivery is one small write.
        let _ = stream.set_nodelay(true);
        if url.scheme() == "http" {
            return speak(stream).await;
        }
        let name = match url.host() {
            Some(Host::Domain(name)) => ServerName::try_from(name.to_owned()).ok(),
            Some(Host::Ipv4(v4)) => Some(ServerName::from(IpAddr::V4(v4))),
            Some(Host::Ipv6(v6)) => Some(ServerName::from(IpAddr::V6(v6))),
            None => None,
        };
        let name = name.ok_or(AttemptFailure::Tls)?;
        speak(self.tls.connect(name, stream).await.map_err(|_| AttemptFailure::Tls)?).await
    }
}

async fn speak<S>(stream: S) -> Result<Connection, AttemptFailure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut builder = http1::Builder::new();
    builder.max_buf_size(MAX_HEADER).max_headers(64);
    let (sender, connection) =
        builder.handshake(TokioIo::new(stream)).await.map_err(|_| AttemptFailure::Broken)?;
    // Ends when the sender is dropped: an answer that nobody reads on closes its connection.
    tokio::spawn(connection);
    Ok(Connection(sender))
}

impl Connection {
    async fn ask(&mut self, request: Request<Full<Bytes>>) -> hyper::Result<Response<Incoming>> {
        self.0.ready().await?;
        self.0.send_request(request).await
    }
}

/// Reads an answer, and keeps its connection if it came to its end.
async fn finish(
    connection: &mut Option<Connection>,
    open: Connection,
    response: Response<Incoming>,
    most: usize,
) -> Result<Answer, AttemptFailure> {
    let (answer, whole) = read(response, most).await?;
    *connection = whole.then_some(open);
    Ok(answer)
}

/// The answer, as far as this many bytes, and whether it came to its end.
async fn read(response: Response<Incoming>, most: usize) -> Result<(Answer, bool), AttemptFailure> {
    let (parts, mut body) = response.into_parts();
    let mut bytes = Vec::new();
    let mut whole = true;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| AttemptFailure::Broken)?;
        let Ok(data) = frame.into_data() else { continue };
        let room = most - bytes.len();
        bytes.extend_from_slice(&data[..data.len().min(room)]);
        if data.len() >= room {
            whole = false;
            break;
        }
    }
    let answer = Answer { status: parts.status.as_u16(), headers: parts.headers, body: bytes };
    Ok((answer, whole))
}

/// A POST to a URL.
pub(crate) fn post(
    url: &Url,
    headers: &[(&'static str, String)],
    body: Bytes,
) -> Result<Request<Full<Bytes>>, http::Error> {
    request(Method::POST, url, headers, body)
}

/// A GET of a URL.
pub(crate) fn get(
    url: &Url,
    headers: &[(&'static str, String)],
) -> Result<Request<Full<Bytes>>, http::Error> {
    request(Method::GET, url, headers, Bytes::new())
}

fn request(
    method: Method,
    url: &Url,
    headers: &[(&'static str, String)],
    body: Bytes,
) -> Result<Request<Full<Bytes>>, http::Error> {
    let mut target = url.path().to_owned();
    if let Some(query) = url.query() {
        target.push('?');
        target.push_str(query);
    }
    let host = match (url.host_str().unwrap_or_default(), url.port()) {
        (host, Some(port)) => format!("{host}:{port}"),
        (host, None) => host.to_owned(),
    };
    let mut request = Request::builder().method(method).uri(target).header(header::HOST, host);
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    request.body(Full::new(body))
}
