//! Recording and listing payments.

use std::str::FromStr;

use model::{
    Amount, Currency, Direction, Payment, PaymentId, PaymentSource, PaymentStatus, Rail, UserId,
    WorkspaceId,
};
use serde::{Deserialize, Serialize};
use store::agents::AgentRef;
use store::payments::Position;
use store::{Conn, payments};

use crate::agents::find_agent;
use crate::ingest::{Draft, Group, Refusal};
use crate::{Actor, Capability, Error, Idempotency, Page, PageRequest, Rule, Services, text};

/// A payment as somebody reports it.
#[derive(Debug, Clone)]
pub struct NewPayment {
    /// The agent, by any of its ids.
    pub agent: String,
    /// How much.
    pub amount: Amount,
    /// How it came into the ledger.
    pub rail: Rail,
    /// How it went.
    pub status: PaymentStatus,
    /// Where the money came from.
    pub source: PaymentSource,
    /// Whether the agent acted on its own.
    pub autonomous: bool,
    /// Sent or received.
    pub direction: Direction,
    /// When it happened (Unix milliseconds); `None`: when it was due, if that is past, else now.
    pub happened_at_ms: Option<i64>,
    /// When it was due (Unix milliseconds).
    pub due_at_ms: Option<i64>,
    /// The caller's own id; the same agent and reference again is the same payment.
    pub reference: Option<String>,
    /// Payee or payer.
    pub counterparty: Option<String>,
}

/// A payment in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// The payment.
    pub payment: Payment,
    /// Whether it was there before this request.
    pub replayed: bool,
}

/// Why nothing of a batch was recorded.
#[derive(Debug)]
pub enum BatchError<E> {
    /// The request as a whole.
    Whole(Error),
    /// These events, by their place in the batch, first ones first.
    Events(Vec<(usize, BadEvent<E>)>),
}

/// What is wrong with one event of a batch.
#[derive(Debug)]
pub enum BadEvent<E> {
    /// The caller's own reading of it failed.
    Unreadable(E),
    /// It breaks a rule or contradicts the ledger.
    Refused(Error),
}

/// Payments of one batch at most.
pub const MAX_EVENTS: usize = 1_000;

/// Which payments; `None` does not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaymentFilter {
    /// Of this agent only, by any of its ids.
    pub agent_id: Option<String>,
    /// Sent or received.
    pub direction: Option<Direction>,
    /// How they came into the ledger.
    pub rail: Option<Rail>,
    /// In this currency.
    pub currency: Option<Currency>,
    /// Made by the agent on its own, or not.
    pub autonomous: Option<bool>,
    /// How they went.
    pub status: Option<PaymentStatus>,
    /// Happened at or after this instant (Unix milliseconds).
    pub from_ms: Option<i64>,
    /// Happened before this instant (Unix milliseconds).
    pub until_ms: Option<i64>,
    /// With exactly this reference or payment id.
    pub reference: Option<String>,
}

/// A payment with how it came into the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentDetail {
    /// The payment.
    pub payment: Payment,
    /// What the agent's owner calls it; `None` once it is deleted.
    pub agent_name: Option<String>,
    /// What the key or person that recorded it is called, or its id where that is gone.
    pub recorded_by: String,
    /// How the recorder was authenticated, as the audit trail spells it.
    pub via: String,
    /// The hash that commits to the payment in the audit trail, in hex.
    pub leaf_hash: String,
}

/// Where the next page begins: `1791979200000-pay_...`.
struct Cursor(Position);

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (ms, id) = text.split_once('-').ok_or(())?;
        let id = id.parse::<PaymentId>().map_err(drop)?;
        Ok(Self(Position { happened_at_ms: ms.parse().map_err(drop)?, id: id.to_string() }))
    }
}

fn cursor_of(payment: &Payment) -> String {
    format!("{}-{}", payment.happened_at_ms, payment.id)
}

/// Payments in one read of an export: enough to keep it fast, few enough to keep memory small.
const EXPORT_PAGE: i64 = 1_000;

/// How far ahead of our clock a payment may claim to be.
pub(crate) const FUTURE_MINUTES: i64 = 5;
/// The year 10000, which four digits cannot write.
pub(crate) const END_OF_TIME_MS: i64 = 253_402_300_800_000;

impl Services {
    /// Writes a payment into the ledger; returns once it is durable. Nothing is written if any rule is broken.
    pub async fn record_payment(
        &self,
        actor: &Actor,
        new: NewPayment,
        idempotency: Option<Idempotency>,
    ) -> Result<Recorded, Error> {
        actor.require(Capability::Write)?;
        let drafts = vec![self.draft(actor, new).await?];
        let idempotency = idempotency.map(|idempotency| idempotency.of_caller(actor));
        let group = Group { actor: actor.clone(), drafts, idempotency };
        let mut recorded = self.0.ingest.submit(group).await.map_err(Refusal::only)?;
        recorded.pop().ok_or_else(|| Error::internal("the payment writer gave no answer"))
    }

    /// Writes many payments, all of them or none; returns once they are durable. Payments that could not be read
    /// come as their error and are reported together with those that break a rule.
    pub async fn record_payments<E: Send>(
        &self,
        actor: &Actor,
        events: Vec<Result<NewPayment, E>>,
        idempotency: Option<Idempotency>,
    ) -> Result<Vec<Recorded>, BatchError<E>> {
        actor.require(Capability::Write).map_err(BatchError::Whole)?;
        let wrong = |rule| Err(BatchError::Whole(Error::invalid("events", rule)));
        match events.len() {
            0 => return wrong(Rule::Required),
            1..=MAX_EVENTS => {}
            _ => return wrong(Rule::TooMany(MAX_EVENTS)),
        }
        let mut drafts = Vec::with_capacity(events.len());
        let mut refused = Vec::new();
        for (index, event) in events.into_iter().enumerate() {
            match event {
                Ok(new) => match self.draft(actor, new).await {
                    Ok(draft) => drafts.push(draft),
                    Err(error @ (Error::Invalid(_) | Error::NotFound { .. })) => {
                        refused.push((index, BadEvent::Refused(error)));
                    }
                    Err(error) => return Err(BatchError::Whole(error)),
                },
                Err(error) => refused.push((index, BadEvent::Unreadable(error))),
            }
        }
        if !refused.is_empty() {
            return Err(BatchError::Events(refused));
        }
        let idempotency = idempotency.map(|idempotency| idempotency.of_caller(actor));
        let group = Group { actor: actor.clone(), drafts, idempotency };
        self.0.ingest.submit(group).await.map_err(|refusal| match refusal {
            Refusal::Whole(error) => BatchError::Whole(error),
            Refusal::Payments(errors) => BatchError::Events(
                errors.into_iter().map(|(index, e)| (index, BadEvent::Refused(e))).collect(),
            ),
        })
    }

    /// Checks everything that needs no transaction.
    async fn draft(&self, actor: &Actor, new: NewPayment) -> Result<Draft, Error> {
        let now_ms = self.now_ms();
        let reference = text::optional("reference", new.reference.as_deref(), text::MAX_REFERENCE)?;
        let counterparty =
            text::optional("counterparty", new.counterparty.as_deref(), text::MAX_ID)?;
        for (field, at) in [("date", new.happened_at_ms), ("due_at", new.due_at_ms)] {
            if at.is_some_and(|at| !(0..END_OF_TIME_MS).contains(&at)) {
                return Err(Error::invalid(field, Rule::OutOfRange));
            }
        }
        let due_and_past = new.due_at_ms.filter(|due| *due < now_ms);
        let happened_at_ms = new.happened_at_ms.or(due_and_past).unwrap_or(now_ms);
        if happened_at_ms > now_ms + FUTURE_MINUTES * 60_000 {
            return Err(Error::invalid("date", Rule::InFuture(FUTURE_MINUTES)));
        }
        if new.agent.len() > text::MAX_ID {
            return Err(Error::invalid("agent_id", Rule::TooLong(text::MAX_ID)));
        }
        let agent = self.resolve_agent(actor, &new.agent).await?;
        Ok(Draft {
            date_given: new.happened_at_ms.is_some(),
            payment: Payment {
                // Id, time of recording and self-payment are decided when it is written.
                id: PaymentId::from_stored(String::new()),
                recorded_at_ms: now_ms,
                self_payment: false,
                agent_id: agent.id.clone(),
                agent_external_id: agent.external_id.clone(),
                direction: new.direction,
                rail: new.rail,
                status: new.status,
                amount: new.amount,
                source: new.source,
                autonomous: new.autonomous,
                counterparty,
                reference,
                happened_at_ms,
                due_at_ms: new.due_at_ms,
            },
            agent,
        })
    }

    /// Payments that pass the filter, newest first by when they happened.
    pub async fn list_payments(
        &self,
        actor: &Actor,
        filter: &PaymentFilter,
        request: &PageRequest,
    ) -> Result<Page<Payment>, Error> {
        let after: Option<Cursor> = request.before()?;
        let found = self.read_payments(actor, filter, after, request.fetch()).await?;
        Ok(request.page(found, cursor_of))
    }

    /// One read of an export, in the order of the list: a thousand payments after the cursor.
    pub async fn export_payments(
        &self,
        actor: &Actor,
        filter: &PaymentFilter,
        cursor: Option<&str>,
    ) -> Result<Page<Payment>, Error> {
        let after = cursor.map(str::parse::<Cursor>).transpose();
        let after = after.map_err(|()| Error::invalid("cursor", Rule::Mismatch))?;
        let items = self.read_payments(actor, filter, after, EXPORT_PAGE).await?;
        let full = i64::try_from(items.len()).is_ok_and(|n| n == EXPORT_PAGE);
        let next = items.last().filter(|_| full).map(cursor_of);
        Ok(Page { items, next })
    }

    async fn read_payments(
        &self,
        actor: &Actor,
        filter: &PaymentFilter,
        after: Option<Cursor>,
        limit: i64,
    ) -> Result<Vec<Payment>, Error> {
        actor.require(Capability::Read)?;
        let mut conn = self.store().read().await?;
        let agent = match &filter.agent_id {
            Some(id) => Some(find_agent(&mut conn, actor, id).await?.id),
            None => actor.only_agent().cloned(),
        };
        let filter = payments::Filter {
            agent,
            direction: filter.direction,
            rail: filter.rail,
            currency: filter.currency,
            autonomous: filter.autonomous,
            status: filter.status,
            from_ms: filter.from_ms,
            until_ms: filter.until_ms,
            reference: filter.reference.clone(),
        };
        let after = after.map(|cursor| cursor.0);
        let workspace = &actor.workspace_id;
        Ok(payments::list(&mut conn, workspace, &filter, after.as_ref(), limit).await?)
    }

    /// The currencies in which the workspace has payments.
    pub async fn list_payment_currencies(&self, actor: &Actor) -> Result<Vec<Currency>, Error> {
        actor.require(Capability::Read)?;
        let mut conn = self.store().read().await?;
        Ok(payments::list_currencies(&mut conn, &actor.workspace_id).await?)
    }

    /// A payment with how it came into the ledger.
    pub async fn get_payment(&self, actor: &Actor, id: &str) -> Result<PaymentDetail, Error> {
        actor.require(Capability::Read)?;
        let gone = || Error::NotFound { what: "payment" };
        let id: PaymentId = id.parse().map_err(|_| gone())?;
        let workspace = &actor.workspace_id;
        let mut conn = self.store().read().await?;
        let found = payments::list_by_id(&mut conn, &[(workspace, id.as_str())]).await?;
        let payment = found.into_iter().next().ok_or_else(gone)?;
        let recording = payments::get_recording(&mut conn, workspace, &id).await?;
        let recording = recording.ok_or_else(gone)?;
        let agent = AgentRef::Id(payment.agent_id.as_str());
        let agent = store::agents::get(&mut conn, workspace, agent).await?;
        Ok(PaymentDetail {
            agent_name: agent.map(|a| a.name),
            recorded_by: recorder_name(&mut conn, workspace, recording.recorded_by).await?,
            via: recording.via,
            leaf_hash: recording.leaf_hash,
            payment,
        })
    }
}

/// What a key or person is called; its id where it is gone.
async fn recorder_name(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    id: String,
) -> Result<String, Error> {
    if let Some(key) = store::api_keys::get(conn, workspace, &id).await? {
        return Ok(key.name);
    }
    let user = store::users::get(conn, &UserId::from_stored(id.clone())).await?;
    Ok(user.map_or(id, |u| if u.name.is_empty() { u.email } else { u.name }))
}
