//! The use cases of Surety.
//!
//! One file for each noun, one method of [`Services`] for each thing that can be done, [`Actor`] first. Rules,
//! transactions, audit entries and events are in here, so that no surface can forget them.

pub mod x402;

mod account_import;
mod accounts;
mod actor;
mod agent_list;
mod agents;
mod amendments;
mod api_keys;
mod audit;
mod audit_trail;
mod authentication;
mod breaches;
mod certificates;
mod chart_range;
mod charts;
mod client;
mod clock;
mod contests;
mod deletion;
mod devices;
mod error;
mod exports;
mod factors;
mod health;
mod idempotency;
mod imports;
mod ingest;
mod invitations;
mod legal;
mod lockout;
mod mail;
mod master_key;
mod members;
mod operator;
mod overview;
mod page;
mod passwords;
mod payments;
mod periods;
mod profiles;
mod recompute;
mod recovery;
mod registration;
mod retention;
mod scores;
mod secrets;
pub mod security_log;
mod sessions;
mod signing;
mod text;
mod time;
mod webhooks;
mod zone;

use std::path::PathBuf;
use std::sync::Arc;

use model::Plan;
use store::Store;

pub use account_import::ImportedAccount;
pub use accounts::{LoggedIn, Me};
pub use actor::{Actor, Capability, Via, Who};
pub use agent_list::{ACTIVITY_DAYS, AgentFilter, ListedAgent};
pub use agents::{AgentDetail, AgentPatch, EntryError, MAX_BULK, NewAgent, VERSION};
pub use api_keys::{ApiKeyDetail, IssuedKey, MAX_KEY_DAYS, MAX_KEY_NETWORKS, NewApiKey};
pub use audit_trail::{
    AuditActor, AuditActorKind, AuditChange, AuditQuery, AuditRecord, AuditTrail,
};
pub use authentication::{TOKEN_TTL_S, Token};
pub use breaches::{BreachedPasswords, NoBreachedPasswords};
pub use certificates::{CertificateDetail, CertificateFilter, MAX_REASON};
pub use chart_range::{Buckets, ChartRange, Compare, Span, Unit};
pub use charts::{Bucket, ChartQuery, MoneyChart, StatusCount};
pub use client::Client;
pub use clock::{Clock, Entropy};
pub use contests::{MAX_CONTEST, NewContest};
pub use deletion::{AccountEnd, DeletionOutcome, DeletionRequest, GRACE_DAYS};
pub use devices::DEVICE_DAYS;
pub use error::{Error, FieldError, Refusal, Rule, UrlFault};
pub use exports::{ExportFile, JsonExport};
pub use factors::{
    Factor, FirstStep, MAX_PASSKEYS, NewCodes, Passkey, PasskeyChallenge, PasskeySetup,
    PendingLogIn, Proof, SecondFactorRule, SecondFactors, SignInChange, SignInMark, TotpSetup,
};
pub use health::{Health, MailHealth, SweepReport};
pub use idempotency::Idempotency;
pub use imports::{
    FILE_ENDINGS, ImportError, ImportProgress, ImportResult, MAX_IMPORT_BYTES, RowError, RowRule,
};
pub use invitations::{InvitationDetail, IssuedInvitation};
pub use legal::{LANGUAGES, LegalPage, LegalText, MAX_LEGAL_TEXT};
pub use mail::{
    Letter, MailSender, MailServer, MailSettings, MailText, NoMailSender, NoMailServer, RenderMail,
};
pub use master_key::rotate_master_key;
pub use overview::{AgentTrend, Attention, Overview};
pub use page::{Page, PageRequest};
pub use payments::{
    BadEvent, BatchError, MAX_EVENTS, NewPayment, PaymentDetail, PaymentFilter, Recorded,
};
pub use profiles::{PublicCertificate, PublicProfile};
pub use registration::{NewRegistration, NewUser, Registered, Registration, RegistrationForm};
pub use retention::{Records, Retention};
pub use scores::{AgentScore, HistorySpan, ScoreFacts, ScorePoint};
pub use sessions::{BrowserSession, SessionInfo, SessionKind, SessionOrigin, SessionStart};
pub use signing::{PublicKey, ReplacedKey, RevokedKey, SigningPurpose};
pub use store::StoreConfig;
pub use store::contests::Contest;
pub use store::deliveries::LastAttempt;
pub use store::exports::{Export, State as ExportState};
pub use store::invitations::Invitation;
pub use store::members::Joined;
pub use store::workspaces::{Account, Deletion, Suspension};
pub use text::inert;
pub use time::{format_time, parse_time};
pub use webhooks::{
    Addressee, DeliveryDetail, DeliveryFilter, EndpointDetail, EndpointHealth, EndpointLog,
    EndpointPatch, IssuedEndpoint, LoggedDelivery, MAX_RECENT, MAX_WAITING, NewEndpoint, NoHost,
    OpenDelivery, Render, Resolver, SCHEDULE_MS, SentRequest, TestReport, Told, ToldCertificate,
    WebhookEvent, WebhookHosts, WebhookMessage, WebhookSecrets, WebhookSettings, WebhookWorker,
    hmac_sha256_hex,
};
pub use zone::Zone;

/// What an instance is set to.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the database is.
    pub store: StoreConfig,
    /// Encrypts stored secrets. Losing it loses them; changing it makes the instance refuse to start.
    pub master_key: [u8; 32],
    /// Where the instance is reached, without a slash at the end; the issuer of what it signs.
    pub public_url: String,
    /// The plan of workspaces other than the first.
    pub default_plan: Plan,
    /// What the first user must present to become operator; `None` when only this machine can connect.
    pub operator_token: Option<String>,
    /// Who may make an account.
    pub registration: Registration,
    /// Who must have a second factor.
    pub second_factor: SecondFactorRule,
    /// How mail goes out; `None`: none is sent.
    pub mail: Option<MailSettings>,
    /// Payments that may wait to be written; more are refused until there is room.
    pub ingest_queue: usize,
    /// How webhooks go out.
    pub webhooks: WebhookSettings,
    /// Whom to ask whether a password got out somewhere; `None`: nobody.
    pub breached_passwords: Option<BreachedPasswords>,
    /// Where archives of accounts and the list of erased ones are; shared by all processes.
    pub data_folder: PathBuf,
    /// How long what is kept.
    pub retention: Retention,
}

/// The application: everything that can be done. Cheap to clone.
#[derive(Clone)]
pub struct Services(Arc<Inner>);

struct Inner {
    store: Store,
    settings: Settings,
    clock: Clock,
    entropy: Entropy,
    vault: secrets::Vault,
    passwords: passwords::Passwords,
    rings: signing::KeyRings,
    keys: authentication::KeyCache,
    profiles: profiles::ProfileCache,
    names: agents::NameCache,
    ingest: ingest::Queue,
    seen: sessions::SeenCache,
    suspensions: operator::SuspensionCache,
    legal: legal::LegalCache,
    outbound: webhooks::Outbound,
    mailer: Option<mail::Mailer>,
    passkeys: Option<factors::RelyingParty>,
    events: audit::EventOrder,
    instance: health::Instance,
}

impl Services {
    /// Opens the database and makes ready what the use cases need. The payment writer runs until the last clone of
    /// the result is dropped.
    pub async fn open(settings: Settings, clock: Clock, entropy: Entropy) -> Result<Self, Error> {
        let store = Store::open(&settings.store).await?;
        let vault = secrets::Vault::new(&settings.master_key);
        signing::prepare(&store, &vault, (&clock, &entropy)).await?;
        let instance = health::Instance::started(clock.now_ms());
        let resolver = &settings.webhooks.resolver;
        let breaches = settings.breached_passwords.as_ref();
        let breaches = breaches.map(|url| breaches::Breaches::new(url, resolver));
        let (ingest, jobs) = ingest::queue(settings.ingest_queue);
        let services = Self(Arc::new(Inner {
            passwords: passwords::Passwords::new(&entropy, &settings.public_url, breaches)?,
            outbound: webhooks::Outbound::new(
                resolver.clone(),
                settings.webhooks.allow_loopback,
                webhooks::MAX_ANSWER,
            ),
            mailer: settings.mail.as_ref().map(mail::Mailer::new).transpose()?,
            passkeys: factors::relying_party(&settings.public_url)?,
            store,
            settings,
            clock,
            entropy,
            vault,
            rings: signing::KeyRings::new(),
            keys: authentication::KeyCache::new(),
            profiles: profiles::ProfileCache::new(),
            names: agents::NameCache::new(),
            ingest,
            seen: sessions::SeenCache::new(),
            suspensions: operator::SuspensionCache::new(),
            legal: legal::LegalCache::new(),
            events: audit::EventOrder::new(),
            instance,
        }));
        ingest::spawn(&services, jobs).map_err(Error::internal)?;
        services.replay_erasures().await?;
        imports::spawn(&services);
        Ok(services)
    }

    /// Writes what is still waiting and closes the database.
    pub async fn close(&self) {
        self.0.ingest.drain().await;
        self.0.store.close().await;
    }

    /// Answers when the database does; the name of its engine.
    pub async fn check_health(&self) -> Result<&'static str, Error> {
        self.0.store.check().await?;
        Ok(self.0.store.engine_name())
    }

    /// Where the instance is reached, without a slash at the end.
    pub fn public_url(&self) -> &str {
        &self.0.settings.public_url
    }

    /// Whether it is reached over TLS.
    pub fn is_https(&self) -> bool {
        self.public_url().starts_with("https://")
    }

    /// The instance's clock: Unix milliseconds, UTC.
    pub fn now_ms(&self) -> i64 {
        self.0.clock.now_ms()
    }

    fn store(&self) -> &Store {
        &self.0.store
    }

    fn entropy(&self) -> &Entropy {
        &self.0.entropy
    }
}
