//! Connections from outside: each is answered by one router, and none may take for ever.

use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{ConnectInfo, Request};
use axum::serve::{Listener, ListenerExt};
use axum::{BoxError, Router};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
#[cfg(target_os = "linux")]
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Sleep, sleep};
use tower::ServiceExt;

/// How long the other side may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// To begin a request and send its head. Longer than proxies keep a connection that they do not use (60 s), so that
    /// none sends a request into one that is just being closed.
    pub head: Duration,
    /// Between two pieces of a body.
    pub pause: Duration,
    /// For a whole body.
    pub body: Duration,
    /// To take what is written (where the system can tell: Linux).
    pub taking: Duration,
    /// For everything that is under way when the server is to stop.
    pub stopping: Duration,
}

impl Default for Patience {
    /// 75 seconds, 30 seconds, 15 minutes (50 MB of CSV need 57 KB/s), a minute and half a minute.
    fn default() -> Self {
        Self {
            head: Duration::from_secs(75),
            pause: Duration::from_secs(30),
            body: Duration::from_secs(900),
            taking: Duration::from_secs(60),
            stopping: Duration::from_secs(30),
        }
    }
}

/// Answers every connection until `stop` ends, and returns when what was under way then is answered or has had its time.
pub async fn answer(
    listener: TcpListener,
    app: Router,
    patience: Patience,
    stop: impl Future<Output = ()>,
) {
    let mut listener = listener.tap_io(move |stream| {
        if let Err(error) = prepare(stream, patience.taking) {
            tracing::debug!(%error, "an option of a connection was refused");
        }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(patience.head);
    let open = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let app = app.clone().map_request(move |request| incoming(request, peer, patience));
        let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(app));
        let connection = open.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(patience.stopping, open.shutdown()).await.is_err() {
        tracing::warn!("connections were cut off that took too long to end");
    }
}

fn prepare(stream: &TcpStream, taking: Duration) -> std::io::Result<()> {
    // Without it every streamed answer waits 40 ms for the other side's delayed acknowledgement.
    stream.set_nodelay(true)?;
    // Whoever asks and never reads would hold a connection for ever.
    #[cfg(target_os = "linux")]
    SockRef::from(stream).set_tcp_user_timeout(Some(taking))?;
    Ok(())
}

/// The request as the router takes it: with the other side's address, and a body that ends in an error when it is slow.
fn incoming(request: Request<Incoming>, peer: SocketAddr, patience: Patience) -> Request {
    let mut request = request.map(|body| {
        if body.is_end_stream() {
            return Body::empty();
        }
        Body::new(Awaited { body, patience, begun: Instant::now(), timer: None })
    });
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

/// A body that ends in an error when it is not there in time. Small ones come with their head: a timer is made only when
/// one has to be waited for.
struct Awaited {
    body: Incoming,
    patience: Patience,
    begun: Instant,
    timer: Option<Pin<Box<Sleep>>>,
}

impl HttpBody for Awaited {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            self.timer = None;
            return Poll::Ready(frame.map(|frame| frame.map_err(BoxError::from)));
        }
        let left = self.patience.body.saturating_sub(self.begun.elapsed());
        let pause = self.patience.pause.min(left);
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(pause)));
        ready!(timer.as_mut().poll(cx));
        Poll::Ready(Some(Err("the body did not come in time".into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::{get, post};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::oneshot;

    use super::*;

    const PATIENCE: Patience = Patience {
        head: Duration::from_millis(300),
        pause: Duration::from_millis(200),
        body: Duration::from_millis(600),
        taking: Duration::from_millis(500),
        stopping: Duration::from_millis(400),
    };
    const HEAD: &[u8] = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n";

    /// A server, and how to stop it.
    async fn start() -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new()
            .route("/", post(async |body: String| body.len().to_string()))
            .route("/large", get(async || vec![b'x'; 64 * 1024 * 1024]))
            .route("/slow", get(std::future::pending::<String>));
        let (stop, stopped) = oneshot::channel();
        let stopped = async move { drop(stopped.await) };
        (address, stop, tokio::spawn(answer(listener, app, PATIENCE, stopped)))
    }

    /// What the server says until it closes, and after how long that is.
    async fn until_closed(stream: &mut TcpStream) -> (String, Duration) {
        let start = Instant::now();
        let mut said = Vec::new();
        tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut said))
            .await
            .expect("the connection stays open")
            .unwrap();
        (String::from_utf8(said).unwrap(), start.elapsed())
    }

    #[tokio::test]
    async fn a_head_that_does_not_come_closes_the_connection() {
        let (address, _stop, _) = start().await;
        for begun in [&b""[..], b"POST / HTTP/1.1\r\nhost: "] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(begun).await.unwrap();
            let (_, took) = until_closed(&mut stream).await;
            assert!(took >= Duration::from_millis(250), "{took:?}");
        }
    }

    #[tokio::test]
    async fn a_body_that_stops_is_refused() {
        let (address, _stop, _) = start().await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(HEAD).await.unwrap();
        stream.write_all(b"a").await.unwrap();
        let (said, _) = until_closed(&mut stream).await;
        assert!(said.starts_with("HTTP/1.1 400 "), "{said}");
    }

    #[tokio::test]
    async fn a_body_that_drips_is_refused_when_its_time_is_over() {
        let (address, _stop, _) = start().await;
        let (mut read, mut write) = TcpStream::connect(address).await.unwrap().into_split();
        write.write_all(HEAD).await.unwrap();
        let drip = tokio::spawn(async move {
            while write.write_all(b"a").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        let mut said = [0; 12];
        read.read_exact(&mut said).await.unwrap();
        assert_eq!(&said, b"HTTP/1.1 400");
        drip.abort();
    }

    #[tokio::test]
    async fn what_is_under_way_is_answered_before_the_end() {
        let (address, stop, server) = start().await;
        let mut idle = TcpStream::connect(address).await.unwrap();
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(&[HEAD, b"a"].concat()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        stop.send(()).unwrap();
        stream.write_all(&[b'a'; 999]).await.unwrap();
        let (said, _) = until_closed(&mut stream).await;
        assert!(said.starts_with("HTTP/1.1 200 ") && said.ends_with("\r\n1000"), "{said}");
        server.await.unwrap();
        assert_eq!(until_closed(&mut idle).await.0, "");
        assert!(TcpStream::connect(address).await.is_err());
    }

    #[tokio::test]
    async fn who_takes_too_long_does_not_keep_the_server_from_stopping() {
        let (address, stop, server) = start().await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        stop.send(()).unwrap();
        tokio::time::timeout(Duration::from_secs(20), server).await.expect("it stops").unwrap();
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn whoever_asks_and_never_reads_is_cut_off() {
        let (address, _stop, _) = start().await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        // Nothing is read, but for what arrived: the other end is gone when writing to it fails.
        let cut_off = async {
            loop {
                tokio::time::sleep(Duration::from_millis(200)).await;
                if stream.write_all(b"x").await.is_err() {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(30), cut_off).await.expect("it is held for ever");
    }

    #[tokio::test]
    async fn who_asks_again_in_time_is_answered_on_the_same_connection() {
        let (address, _stop, _) = start().await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_millis(200)).await;
            stream
                .write_all(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\nab")
                .await
                .unwrap();
            let mut said = [0; 512];
            let length = stream.read(&mut said).await.unwrap();
            assert!(said[..length].starts_with(b"HTTP/1.1 200 "));
        }
    }
}
