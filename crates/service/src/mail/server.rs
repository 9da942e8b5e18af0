//! The mail server that takes what we send.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use lettre::message::{Mailbox, MultiPart};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use url::{Host, Url};

use super::{MailSettings, MailText};
use crate::Error;

/// How long a server may take to answer.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Where mail is handed over: `smtp://` or `smtps://`, with or without user and password. With `smtp://`, another
/// machine must offer STARTTLS, unless the URL ends with `?tls=opportunistic` (what is offered) or `?tls=none`; a
/// password never travels unencrypted but to this machine.
#[derive(Clone, PartialEq, Eq)]
pub struct MailServer {
    url: Url,
    tls: Tls,
}

/// How a connection is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tls {
    /// From its first byte.
    Wrapper,
    /// By STARTTLS, without which nothing is sent.
    Required,
    /// By STARTTLS where it is offered.
    Opportunistic,
    /// Not at all.
    None,
}

/// A text that is no such URL. Says nothing of it: it can hold a password.
#[derive(Debug)]
pub struct NoMailServer;

impl FromStr for MailServer {
    type Err = NoMailServer;

    fn from_str(text: &str) -> Result<Self, NoMailServer> {
        let url = Url::parse(text).map_err(|_| NoMailServer)?;
        let own = is_this_machine(&url);
        let tls = match (url.scheme(), url.query()) {
            ("smtps", None) => Tls::Wrapper,
            ("smtp", Some("tls=required")) => Tls::Required,
            ("smtp", Some("tls=opportunistic")) => Tls::Opportunistic,
            ("smtp", Some("tls=none")) => Tls::None,
            ("smtp", None) if own => Tls::Opportunistic,
            ("smtp", None) => Tls::Required,
            _ => return Err(NoMailServer),
        };
        let secret = url.password().is_some_and(|password| !password.is_empty());
        let bare = matches!(tls, Tls::Opportunistic | Tls::None);
        let allowed = url.fragment().is_none()
            && matches!(url.path(), "" | "/")
            && url.host_str().is_some_and(|host| !host.is_empty())
            && (url.username().is_empty() != secret)
            && (own || !(secret && bare));
        if allowed { Ok(Self { url, tls }) } else { Err(NoMailServer) }
    }
}

impl fmt::Debug for MailServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.url.scheme(), self.url.host_str().unwrap_or_default())
    }
}

/// Whether a URL leads to this machine, as far as its host says so.
pub(crate) fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        // The host of a scheme that is not the web's is not read as an address.
        Some(Host::Domain(name)) => {
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
        None => false,
    }
}

impl MailServer {
    fn transport(&self) -> Result<AsyncSmtpTransport<Tokio1Executor>, Error> {
        let mut url = self.url.clone();
        url.set_query(match self.tls {
            Tls::Wrapper | Tls::None => None,
            Tls::Required => Some("tls=required"),
            Tls::Opportunistic => Some("tls=opportunistic"),
        });
        // The library's own message could show the URL.
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.as_str())
            .map_err(|_| Error::internal("the mail server's URL is not usable"))?;
        Ok(builder.timeout(Some(TIMEOUT)).build())
    }
}

/// From whom mail comes: `Surety <surety@example.com>`, or the address alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSender(Mailbox);

/// A text that is no such sender.
#[derive(Debug)]
pub struct NoMailSender;

impl FromStr for MailSender {
    type Err = NoMailSender;

    fn from_str(text: &str) -> Result<Self, NoMailSender> {
        text.parse().map(Self).map_err(|_| NoMailSender)
    }
}

/// Why a mail was not taken.
pub(super) struct Refused {
    /// Whether it is no use to try again.
    pub(super) for_good: bool,
    /// The server's words, or the network's.
    pub(super) why: String,
}

impl Refused {
    fn for_good(why: impl fmt::Display) -> Self {
        Self { for_good: true, why: why.to_string() }
    }
}

/// Hands mails over.
pub(crate) struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    domain: String,
}

impl Mailer {
    pub(crate) fn new(settings: &MailSettings) -> Result<Self, Error> {
        let from = settings.from.0.clone();
        let domain = from.email.domain().to_owned();
        Ok(Self { transport: settings.server.transport()?, from, domain })
    }

    /// Sends one mail. The same `id` gives the same `Message-ID`: should one go out twice, after a crash, its reader's
    /// programs can tell.
    pub(super) async fn send(&self, id: &str, to: &str, text: MailText) -> Result<(), Refused> {
        let address = to.parse().map_err(Refused::for_good)?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .subject(text.subject)
            .message_id(Some(format!("<{id}@{}>", self.domain)))
            .multipart(MultiPart::alternative_plain_html(text.plain, text.html))
            .map_err(Refused::for_good)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let cause = std::error::Error::source(&error);
                let why = cause.map_or_else(|| error.to_string(), |c| format!("{error}: {c}"));
                Err(Refused { for_good: error.is_permanent(), why })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_read_and_their_password_is_never_shown() {
        for good in [
            "smtp://localhost:1025",
            "smtps://mara:s3cret@mail.example.com",
            "smtp://mara%40example.com:p%2Fw@mail.example.com:587/",
            "smtp://[::1]:25",
        ] {
            let server: MailServer = good.parse().unwrap_or_else(|_| panic!("{good}"));
            assert!(!format!("{server:?}").contains("s3cret"));
            assert!(server.transport().is_ok(), "{good}");
        }
        for bad in [
            "",
            "mail.example.com",
            "http://mail.example.com",
            "smtp://",
            "smtp://mara@mail.example.com",
            "smtps://mail.example.com?tls=none",
            "smtp://mail.example.com?tls=maybe",
            "smtp://mail.example.com?tls=none&tls=required",
            "smtp://mara:s3cret@mail.example.com?tls=none",
            "smtp://mara:s3cret@mail.example.com?tls=opportunistic",
            "smtps://mail.example.com/path",
        ] {
            assert!(bad.parse::<MailServer>().is_err(), "{bad}");
        }
    }

    #[test]
    fn another_machine_must_take_it_over_tls_unless_the_url_says_otherwise() {
        for (url, tls) in [
            ("smtp://mail.example.com", Tls::Required),
            ("smtp://192.0.2.1", Tls::Required),
            ("smtp://[2001:db8::1]:587", Tls::Required),
            ("smtp://localhost.example.com", Tls::Required),
            ("smtp://mara:s3cret@mail.example.com", Tls::Required),
            ("smtps://mail.example.com", Tls::Wrapper),
            ("smtps://localhost", Tls::Wrapper),
            ("smtp://mail.example.com?tls=opportunistic", Tls::Opportunistic),
            ("smtp://mail.example.com:25/?tls=none", Tls::None),
            ("smtp://localhost", Tls::Opportunistic),
            ("smtp://127.0.0.1:25", Tls::Opportunistic),
            ("smtp://[::1]", Tls::Opportunistic),
            ("smtp://mara:s3cret@localhost?tls=none", Tls::None),
            ("smtp://localhost?tls=required", Tls::Required),
        ] {
            assert_eq!(url.parse::<MailServer>().map(|server| server.tls).ok(), Some(tls), "{url}");
        }
    }

    #[test]
    fn senders_have_an_address() {
        assert!("Surety <surety@example.com>".parse::<MailSender>().is_ok());
        assert!("surety@example.com".parse::<MailSender>().is_ok());
        assert!("surety".parse::<MailSender>().is_err());
    }
}
