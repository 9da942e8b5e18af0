//! Settings: flags before `SURETY_*` variables before `surety.toml` before defaults. Each has one row in [`SETTINGS`].

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use ipnet::IpNet;
use model::Plan;
use service::{NoHost, Retention, WebhookHosts};

use crate::api::limits::Rates;

mod master_key;
mod settings;

pub use master_key::NextMasterKey;
pub use settings::{SETTINGS, Setting};

/// What the server runs with.
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// What the application is set to.
    pub service: service::Settings,
    /// How often one may ask.
    pub rate_limits: Rates,
    /// The proxies in front, whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// What is logged.
    pub log: String,
    /// Whether log lines are JSON.
    pub log_json: bool,
}

/// Where a value came from, for the message when it is wrong.
struct Value {
    text: String,
    from: String,
}

/// The values that were given, by name.
struct Given(BTreeMap<&'static str, Value>);

impl Config {
    /// Reads every setting; a wrong value stops here with its name, the value and what is allowed.
    pub fn read(flags: &BTreeMap<String, String>, file: Option<&Path>) -> anyhow::Result<Self> {
        let given = Given::read(flags, file)?;
        let listen: SocketAddr = given.parse("listen")?;
        let url = given.text("database_url");
        let embedded = url.starts_with("sqlite:");
        if !embedded && !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            // A database URL can hold a password: the message shows only the scheme.
            let shown = url.split("://").next().unwrap_or_default();
            return Err(given.wrong("database_url", shown));
        }
        let data_folder = data_folder(&url);
        if let Some(folder) = &data_folder {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("cannot create the data folder {}", folder.display()))?;
        }
        let connections = given.within("database_connections", 1..=200)?;
        let own_folder = Some(given.text("data_folder")).filter(|path| !path.is_empty());
        let files = own_folder.map(PathBuf::from).or_else(|| data_folder.clone());
        let service = service::Settings {
            store: service::StoreConfig { url, connections },
            master_key: master_key::read(&given.text("master_key"), data_folder.as_deref())?,
            public_url: public_url(&given, listen)?,
            default_plan: given.parse::<Plan>("default_plan")?,
            operator_token: (!listen.ip().is_loopback()).then(operator_token),
            registration: given.parse("registration")?,
            second_factor: given.parse("second_factor")?,
            mail: mail(&given)?,
            ingest_queue: usize::try_from(given.within("ingest_queue", 1..=1_000_000)?)?,
            webhooks: service::WebhookSettings {
                allow_loopback: given.parse("webhooks_allow_loopback")?,
                hosts: given.webhook_hosts()?,
                resolver: service::Resolver::system(),
                render: crate::api::render_webhook,
            },
            breached_passwords: given.optional("breached_passwords_url")?,
            data_folder: files.unwrap_or_else(|| PathBuf::from("data")),
            retention: given.retention()?,
        };
        let log_json = match given.text("log_format").as_str() {
            "text" => false,
            "json" => true,
            other => return Err(given.wrong("log_format", other)),
        };
        let rate_limits = given.parse("rate_limits")?;
        let trusted_proxies = given.networks("trusted_proxies")?;
        let log = given.text("log");
        Ok(Self { listen, service, rate_limits, trusted_proxies, log, log_json })
    }
}

impl Config {
    /// The key that is to take the place of the master key.
    pub fn next_master_key(
        flags: &BTreeMap<String, String>,
        file: Option<&Path>,
    ) -> anyhow::Result<NextMasterKey> {
        let given = Given::read(flags, file)?;
        let folder = data_folder(&given.text("database_url"));
        NextMasterKey::prepare(&given.text("master_key"), folder.as_deref())
    }

    /// Where the instance is reached, without touching its data folder.
    pub fn public_url(
        flags: &BTreeMap<String, String>,
        file: Option<&Path>,
    ) -> anyhow::Result<String> {
        let given = Given::read(flags, file)?;
        public_url(&given, given.parse("listen")?)
    }
}

impl Given {
    fn read(flags: &BTreeMap<String, String>, file: Option<&Path>) -> anyhow::Result<Self> {
        let mut values = BTreeMap::new();
        let (path, table) = read_file(file)?;
        for name in table.keys() {
            if !SETTINGS.iter().any(|s| s.name == name) {
                let known: Vec<_> = SETTINGS.iter().map(|s| s.name).collect();
                bail!(
                    "{}: there is no setting {name:?}; there are {}",
                    path.display(),
                    known.join(", ")
                );
            }
        }
        for setting in SETTINGS {
            let flag = flags.get(setting.name).map(|text| Value {
                text: text.clone(),
                from: format!("--{}", setting.name.replace('_', "-")),
            });
            let variable = variable(setting.name);
            let in_file = table.get(setting.name).map(|value| Value {
                text: value.as_str().map_or_else(|| value.to_string(), str::to_owned),
                from: format!("{} in {}", setting.name, path.display()),
            });
            let default =
                || Value { text: setting.default.to_owned(), from: "the default".to_owned() };
            values.insert(setting.name, flag.or(variable).or(in_file).unwrap_or_else(default));
        }
        Ok(Self(values))
    }

    fn text(&self, name: &str) -> String {
        self.0.get(name).map(|v| v.text.trim().to_owned()).unwrap_or_default()
    }

    fn parse<T: std::str::FromStr>(&self, name: &str) -> anyhow::Result<T> {
        let text = self.text(name);
        text.parse().map_err(|_| self.wrong(name, &text))
    }

    /// A value that may be empty.
    fn optional<T: std::str::FromStr>(&self, name: &str) -> anyhow::Result<Option<T>> {
        if self.text(name).is_empty() { Ok(None) } else { self.parse(name).map(Some) }
    }

    fn webhook_hosts(&self) -> anyhow::Result<WebhookHosts> {
        let name = "webhook_hosts";
        self.text(name).parse().map_err(|NoHost(part)| self.wrong(name, &part))
    }

    fn within(&self, name: &str, range: std::ops::RangeInclusive<u32>) -> anyhow::Result<u32> {
        let number: u32 = self.parse(name)?;
        if range.contains(&number) {
            Ok(number)
        } else {
            Err(self.wrong(name, &number.to_string()))
        }
    }

    fn networks(&self, name: &str) -> anyhow::Result<Vec<IpNet>> {
        let text = self.text(name);
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts
            .map(|part| {
                let network = part.parse().or_else(|_| part.parse::<IpAddr>().map(IpNet::from));
                network.map_err(|_| self.wrong(name, part))
            })
            .collect()
    }

    fn retention(&self) -> anyhow::Result<Retention> {
        let text = self.text("retention");
        let mut retention = Retention::default();
        for part in text.split(',') {
            let days = part.split_once('=').and_then(|(name, days)| {
                let days = days.trim().parse().ok().filter(|days| (1..=36_500).contains(days))?;
                match name.trim() {
                    "audit" => retention.audit_days = days,
                    "addresses" => retention.address_days = days,
                    "contests" => retention.contest_days = days,
                    _ => return None,
                }
                Some(())
            });
            days.ok_or_else(|| self.wrong("retention", &text))?;
        }
        Ok(retention)
    }

    /// The message for a value that is not allowed.
    fn wrong(&self, name: &str, shown: &str) -> anyhow::Error {
        let from = self.0.get(name).map_or("", |v| v.from.as_str());
        let help = SETTINGS.iter().find(|s| s.name == name).map_or("", |s| s.help);
        anyhow!("{name}: {shown:?} (from {from}) is not allowed. Allowed: {help}")
    }
}

fn variable(name: &str) -> Option<Value> {
    let variable = format!("SURETY_{}", name.to_uppercase());
    #[expect(clippy::disallowed_methods, reason = "the one home of environment variables")]
    let text = std::env::var(&variable).ok()?;
    Some(Value { text, from: variable })
}

/// The settings file: the one that was named, or `surety.toml` in the current folder if it is there.
fn read_file(file: Option<&Path>) -> anyhow::Result<(PathBuf, toml::Table)> {
    let path = file.unwrap_or(Path::new("surety.toml")).to_owned();
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && file.is_none() => String::new(),
        Err(e) => return Err(e).with_context(|| format!("cannot read {}", path.display())),
    };
    let table = text.parse().with_context(|| format!("{} is not TOML", path.display()))?;
    Ok((path, table))
}

/// The folder that the embedded database lives in; `None` with Postgres.
fn data_folder(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
    let path = path.split('?').next().unwrap_or(path);
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    Some(if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() })
}

fn public_url(given: &Given, listen: SocketAddr) -> anyhow::Result<String> {
    let url = given.text("public_url");
    if url.is_empty() {
        let host = if listen.ip().is_unspecified() { "localhost".to_owned() } else { host(listen) };
        return Ok(format!("http://{host}:{}", listen.port()));
    }
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match host.map(|h| h.trim_end_matches('/')) {
        Some(h) if !h.is_empty() && !h.contains(['/', '?', '#', '@', ' ']) => {
            Ok(url.trim_end_matches('/').to_owned())
        }
        _ => Err(given.wrong("public_url", &url)),
    }
}

/// How mail goes out, if it does. The server's URL can hold a password: a message shows only its scheme.
fn mail(given: &Given) -> anyhow::Result<Option<service::MailSettings>> {
    let (url, from) = (given.text("smtp_url"), given.text("mail_from"));
    if url.is_empty() && from.is_empty() {
        return Ok(None);
    }
    let shown = url.split_once("://").map_or("", |(scheme, _)| scheme);
    let server = url.parse().map_err(|_| given.wrong("smtp_url", shown))?;
    let from = from.parse().map_err(|_| given.wrong("mail_from", &from))?;
    Ok(Some(service::MailSettings { server, from, render: app::mails::render }))
}

/// What the first user presents when others than this machine can connect.
fn operator_token() -> String {
    service::Entropy::system().bytes::<16>().iter().map(|b| format!("{b:02x}")).collect()
}

fn host(listen: SocketAddr) -> String {
    match listen {
        SocketAddr::V4(v4) => v4.ip().to_string(),
        SocketAddr::V6(v6) => format!("[{}]", v6.ip()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(flags: &[(&str, &str)]) -> anyhow::Result<Config> {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite://{}/surety.db", folder.path().display());
        let mut all = BTreeMap::from([("database_url".to_owned(), url)]);
        all.extend(flags.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
        Config::read(&all, None)
    }

    #[test]
    fn the_defaults_are_allowed() {
        let config = read(&[]).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
        assert_eq!(config.service.public_url, "http://127.0.0.1:3000");
        assert_eq!(config.service.default_plan, Plan::Free);
    }

    #[test]
    fn a_wrong_value_is_named_with_what_is_allowed() {
        for (name, value) in [
            ("listen", "3000"),
            ("database_url", "mysql://root@localhost/x"),
            ("database_connections", "0"),
            ("public_url", "trust.example.com"),
            ("default_plan", "gold"),
            ("registration", "friends"),
            ("second_factor", "always"),
            ("smtp_url", "mail.example.com"),
            ("smtp_url", "http://mara:s3cret@mail.example.com"),
            ("master_key", "short"),
            ("ingest_queue", "many"),
            ("rate_limits", "auth=5/15m,public=100/m"),
            ("trusted_proxies", "everybody"),
            ("webhooks_allow_loopback", "perhaps"),
            ("webhook_hosts", "https://example.com"),
            ("breached_passwords_url", "http://pwned.example.com/range"),
            ("retention", "audit=0"),
            ("log_format", "xml"),
        ] {
            let error = read(&[(name, value)]).err().map(|e| e.to_string()).unwrap_or_default();
            assert!(error.contains(name), "{name}: {error}");
            assert!(error.to_lowercase().contains("allowed"), "{name}: {error}");
            assert!(!error.contains("s3cret"), "{name}: {error}");
            if !["database_url", "master_key", "smtp_url"].contains(&name) {
                assert!(error.contains(value), "{name}: {error}");
            }
        }
    }

    #[test]
    fn mail_needs_a_server_and_a_sender() {
        let server = ("smtp_url", "smtps://mara:s3cret@mail.example.com");
        let error = read(&[server]).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(error.contains("mail_from") && !error.contains("s3cret"), "{error}");
        let error = read(&[server, ("mail_from", "nobody")]).err().map(|e| e.to_string());
        assert!(error.is_some_and(|e| e.contains("mail_from") && e.contains("llowed")));
        let error = read(&[("mail_from", "surety@example.com")]).err().map(|e| e.to_string());
        assert!(error.is_some_and(|e| e.contains("smtp_url")), "nothing to send it with");
        let config = read(&[server, ("mail_from", "Surety <surety@example.com>")]).unwrap();
        assert!(!format!("{:?}", config.service).contains("s3cret"));
        assert!(config.service.mail.is_some());
    }

    #[test]
    fn the_file_is_read_and_unknown_names_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("surety.toml");
        let db = format!("sqlite://{}/surety.db", folder.path().display());
        std::fs::write(&path, format!("database_url = {db:?}\ndatabase_connections = 3\n"))
            .unwrap();
        let config = Config::read(&BTreeMap::new(), Some(&path)).unwrap();
        assert_eq!(config.service.store.connections, 3);
        std::fs::write(&path, "listn = \"127.0.0.1:1\"").unwrap();
        let error = Config::read(&BTreeMap::new(), Some(&path)).err().unwrap().to_string();
        assert!(error.contains("listn"), "{error}");
    }

    #[test]
    fn the_commented_file_shows_every_default() {
        let text = include_str!("../../surety.toml");
        for setting in SETTINGS {
            let default = match setting.default.parse::<u32>() {
                Ok(number) => format!("#{} = {number}", setting.name),
                Err(_) if setting.default == "false" => format!("#{} = false", setting.name),
                Err(_) => format!("#{} = {:?}", setting.name, setting.default),
            };
            assert!(
                text.lines().any(|line| line == default),
                "surety.toml lacks the line {default}"
            );
        }
    }
}
