//! The first thing that an owner sees.

use model::{
    ApiKey, ApiKeyState, Certificate, CertificateState, Currency, DAY_MS, Direction, Payment,
    PaymentStatus, quarter_of,
};

use crate::{Actor, Capability, Error, Services};

/// A workspace at a glance.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Agents in service.
    pub agents: i64,
    /// Sent in the last 30 days, by currency.
    pub sent: Vec<CurrencyTotal>,
    /// Received in the last 30 days, by currency.
    pub received: Vec<CurrencyTotal>,
    /// Sent payments of the last 30 days by how they went, in the order of the statuses.
    pub by_status: Vec<(PaymentStatus, i64)>,
    /// The newest payments.
    pub recent: Vec<Payment>,
    /// What should not wait, most urgent first.
    pub attention: Vec<Attention>,
}

/// A sum in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrencyTotal {
    /// The currency.
    pub currency: Currency,
    /// Payments.
    pub count: i64,
    /// Millionths of the currency unit.
    pub micros: i128,
}

/// Something that should not wait.
#[derive(Debug, Clone)]
pub enum Attention {
    /// A certificate that is suspended, has expired or expires within 14 days.
    Certificate {
        /// The certificate.
        certificate: Box<Certificate>,
        /// Its state now.
        state: CertificateState,
    },
    /// A key that expires within 14 days.
    KeyExpires {
        /// The key.
        key: Box<ApiKey>,
    },
}

const DAYS: i64 = 30;
const NOTICE_DAYS: i64 = 14;
const LISTED: i64 = 20;

impl Services {
    /// The workspace at a glance: the last 30 days and what needs attention.
    pub async fn overview(&self, actor: &Actor) -> Result<Overview, Error> {
        actor.require(Capability::Read)?;
        actor.require_all_agents()?;
        let now_ms = self.now_ms();
        let workspace = &actor.workspace_id;
        let mut conn = self.store().read().await?;
        let agents = store::agents::count(&mut conn, workspace).await?;
        // Payments may be dated up to 5 minutes ahead.
        let (from, until) = (quarter_of(now_ms - DAYS * DAY_MS), now_ms + DAY_MS);
        let totals = store::rollups::list_totals(&mut conn, workspace, from, until).await?;
        let all = store::payments::Filter::default();
        let recent = store::payments::list(&mut conn, workspace, &all, None, 8).await?;
        let until = now_ms + NOTICE_DAYS * DAY_MS;
        let ending = store::certificates::list_ending(&mut conn, workspace, until, LISTED).await?;
        let keys = store::api_keys::list(&mut conn, workspace, None, 200).await?;
        let certificates = ending.into_iter().map(|certificate| Attention::Certificate {
            state: certificate.state(now_ms),
            certificate: Box::new(certificate),
        });
        let keys = keys
            .into_iter()
            .filter(|k| k.state(now_ms) == ApiKeyState::Active)
            .filter(|k| k.expires_at_ms.is_some_and(|at| at < until))
            .map(|key| Attention::KeyExpires { key: Box::new(key) });
        Ok(Overview {
            agents,
            sent: by_currency(&totals, Direction::Sent),
            received: by_currency(&totals, Direction::Received),
            by_status: PaymentStatus::ALL.iter().map(|s| (*s, count_of(&totals, *s))).collect(),
            recent,
            attention: certificates.chain(keys).collect(),
        })
    }
}

fn by_currency(totals: &[store::rollups::Total], direction: Direction) -> Vec<CurrencyTotal> {
    let mut sums: Vec<CurrencyTotal> = Vec::new();
    for total in totals.iter().filter(|t| t.direction == direction) {
        match sums.iter_mut().find(|s| s.currency == total.currency) {
            Some(sum) => {
                sum.count += total.count;
                sum.micros += total.micros;
            }
            None => sums.push(CurrencyTotal {
                currency: total.currency,
                count: total.count,
                micros: total.micros,
            }),
        }
    }
    sums
}

fn count_of(totals: &[store::rollups::Total], status: PaymentStatus) -> i64 {
    totals
        .iter()
        .filter(|t| t.direction == Direction::Sent && t.status == status)
        .map(|t| t.count)
        .sum()
}
