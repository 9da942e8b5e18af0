//! Recording and listing payments.

use model::{Amount, Direction, Payment, PaymentId, PaymentSource, PaymentStatus, Rail};
use serde::{Deserialize, Serialize};
use store::payments;

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

/// Which payments.
#[derive(Debug, Clone, Default)]
pub struct PaymentFilter {
    /// Of this agent only, by any of its ids.
    pub agent_id: Option<String>,
}

/// How far ahead of our clock a payment may claim to be.
const FUTURE_MINUTES: i64 = 5;
/// The year 10000, which four digits cannot write.
const END_OF_TIME_MS: i64 = 253_402_300_800_000;

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
                rail: Rail::Tracked,
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

    /// Payments, newest first.
    pub async fn list_payments(
        &self,
        actor: &Actor,
        filter: &PaymentFilter,
        request: &PageRequest,
    ) -> Result<Page<Payment>, Error> {
        actor.require(Capability::Read)?;
        let before: Option<PaymentId> = request.before()?;
        let mut conn = self.store().read().await?;
        let agent = match &filter.agent_id {
            Some(id) => Some(find_agent(&mut conn, actor, id).await?.id),
            None => None,
        };
        let before = before.as_ref().map(PaymentId::as_str);
        let (workspace, limit) = (&actor.workspace_id, request.fetch());
        let found = payments::list(&mut conn, workspace, agent.as_ref(), before, limit).await?;
        Ok(request.page(found, |p| p.id.as_str().to_owned()))
    }
}
