//! Amending how a payment went.
//!
//! Only the status can be amended, and never out of sight: the amendment stays beside the payment, is hashed like the
//! payment itself, and what the score is made of moves with it in one transaction.

use model::score::Evidence;
use model::{
    AgentStatus, Amendment, AmendmentId, Party, Payment, PaymentId, PaymentStats, PaymentStatus,
    WorkspaceId, day_of, quarter_of,
};
use serde::Serialize;
use store::agents::{self, AgentRef};
use store::amendments::NewAmendment;
use store::rollups::RollupKey;
use store::{Tx, amendments, evidence, payments, rollups};

use crate::audit::leaf_hash;
use crate::ingest::write_days;
use crate::periods::{add_rollups, zone_of};
use crate::{Actor, Capability, Error, Idempotency, Recorded, Services, Zone, text};

const PAYMENT_GONE: Error = Error::NotFound { what: "payment" };

impl Services {
    /// Amends how a payment went; the same status again changes nothing. Who reported the payment may amend it and may
    /// call it disputed; a dispute is resolved by the counterparty or the operator. What was missed becomes late at best.
    pub async fn amend_payment(
        &self,
        actor: &Actor,
        id: &str,
        status: PaymentStatus,
        resolution: Option<&str>,
        idempotency: Option<&Idempotency>,
    ) -> Result<Recorded, Error> {
        actor.require(Capability::Write)?;
        let id: PaymentId = id.parse().map_err(|_| PAYMENT_GONE)?;
        let resolution = resolution
            .map(|r| text::clean("resolution", r, text::MAX_DESCRIPTION, true))
            .transpose()?
            .filter(|r| !r.is_empty());
        let mut tx = self.store().begin().await?;
        if let Some(done) = self.replay(&mut tx, actor, idempotency).await? {
            return Ok(done);
        }
        let (workspace, party) = find_party(&mut tx, actor, &id).await?;
        let (before, zone) = lock(&mut tx, &workspace, &id, self.now_ms()).await?;
        let status = allowed(&mut tx, &workspace, &before, status, party).await?;
        if status == before.status {
            return Ok(Recorded { payment: before, replayed: true });
        }
        let amendment = Amendment {
            id: AmendmentId::new(self.now_ms(), self.entropy().bytes()),
            payment_id: id.clone(),
            from: before.status,
            to: status,
            resolution,
            party,
            amended_at_ms: self.now_ms(),
        };
        let payment = Payment { status, ..before.clone() };
        if !payments::update_status(&mut tx, &workspace, &id, (before.status, status)).await? {
            return Err(PAYMENT_GONE);
        }
        self.keep_amendment(&mut tx, actor, &workspace, &amendment).await?;
        move_sums(&mut tx, zone, &before, &payment).await?;
        if payment.counts_toward_score() {
            move_evidence(&mut tx, &workspace, &before, &payment).await?;
            let day = (payment.agent_id.clone(), day_of(payment.recorded_at_ms));
            let scored = (workspace.clone(), vec![canonical(&amendment)?]);
            write_days(&mut tx, &[(day, scored)].into()).await?;
        }
        self.emit(&mut tx, &workspace, (event(status), id.as_str()), &payment).await?;
        let recorded = Recorded { payment, replayed: false };
        self.remember(&mut tx, actor, idempotency, &recorded).await?;
        let agent = AgentRef::Id(recorded.payment.agent_id.as_str());
        let agent = agents::get(&mut tx, &workspace, agent).await?;
        tx.commit().await?;
        if let Some(agent) = agent {
            self.0.profiles.forget(&agent);
        }
        Ok(recorded)
    }

    /// The amendments of a payment of the actor's workspace, oldest first.
    pub async fn list_amendments(&self, actor: &Actor, id: &str) -> Result<Vec<Amendment>, Error> {
        actor.require(Capability::Read)?;
        let id: PaymentId = id.parse().map_err(|_| PAYMENT_GONE)?;
        let mut conn = self.store().read().await?;
        let payment = payments::get(&mut conn, &actor.workspace_id, &id).await?;
        payment.filter(|p| actor.sees(&p.agent_id)).ok_or(PAYMENT_GONE)?;
        Ok(amendments::list(&mut conn, &actor.workspace_id, &id, 100).await?)
    }

    async fn keep_amendment(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        workspace: &WorkspaceId,
        amendment: &Amendment,
    ) -> Result<(), Error> {
        let salt = hex::encode(self.entropy().bytes::<16>());
        let detail = serde_json::to_string(amendment).map_err(Error::internal)?;
        let id = (amendment.id.as_str(), workspace);
        let leaf_hash =
            leaf_hash(id, "payment.amended", amendment.amended_at_ms, (&salt, &detail))?;
        let new = NewAmendment {
            workspace_id: workspace.clone(),
            amendment: amendment.clone(),
            amended_by: actor.audit_id().to_owned(),
            via: actor.via.as_str().to_owned(),
            salt,
            leaf_hash,
        };
        Ok(amendments::insert(tx, &new).await?)
    }
}

/// Whose payment it is, and as what the actor amends it. Who has no part in it is told that there is none.
async fn find_party(
    tx: &mut Tx,
    actor: &Actor,
    id: &PaymentId,
) -> Result<(WorkspaceId, Party), Error> {
    if let Some(payment) = payments::get(tx, &actor.workspace_id, id).await? {
        if !actor.sees(&payment.agent_id) {
            return Err(PAYMENT_GONE);
        }
        let disputed = payment.status == PaymentStatus::Disputed;
        let party = if disputed && actor.operator() { Party::Operator } else { Party::Owner };
        return Ok((actor.workspace_id.clone(), party));
    }
    // A key that is held to one agent does not speak for its workspace.
    if actor.only_agent().is_some() {
        return Err(PAYMENT_GONE);
    }
    let (workspace, counterparty) =
        payments::get_disputed_of_any(tx, id).await?.ok_or(PAYMENT_GONE)?;
    if let Some(name) = counterparty {
        let own = agents::list_own(tx, &[(&actor.workspace_id, &name)]).await?;
        if !own.is_empty() {
            return Ok((workspace, Party::Counterparty));
        }
    }
    if actor.operator() { Ok((workspace, Party::Operator)) } else { Err(PAYMENT_GONE) }
}

/// The payment as it stands, with its agent's row locked: nobody else writes its sums until the commit.
async fn lock(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    id: &PaymentId,
    now_ms: i64,
) -> Result<(Payment, (WorkspaceId, Zone)), Error> {
    let found = payments::get(tx, workspace, id).await?.ok_or(PAYMENT_GONE)?;
    let locked = agents::lock(tx, &[(workspace, &found.agent_id, None)], now_ms).await?;
    let agent = locked.iter().find(|agent| agent.status != AgentStatus::Deleted);
    let zone = agent.map(zone_of).ok_or(Error::NotFound { what: "agent" })?;
    // Again: it may have been amended while the lock was waited for.
    let payment = payments::get(tx, workspace, id).await?.ok_or(PAYMENT_GONE)?;
    Ok((payment, zone))
}

/// The status that the payment gets, where the party may give it.
async fn allowed(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    payment: &Payment,
    status: PaymentStatus,
    party: Party,
) -> Result<PaymentStatus, Error> {
    use PaymentStatus::{Disputed, Late, Missed, OnTime, Paid};
    if status == payment.status {
        return Ok(status);
    }
    match party {
        Party::Owner if payment.status == Disputed => {
            let needed = "the counterparty of the payment or the operator of this instance: \
                          who reported a payment cannot resolve a dispute about it";
            return Err(Error::Forbidden { needed: needed.to_owned() });
        }
        // Resolved by somebody else meanwhile: others have no further say in it.
        Party::Counterparty | Party::Operator if payment.status != Disputed => {
            return Err(PAYMENT_GONE);
        }
        Party::Owner | Party::Counterparty | Party::Operator => {}
    }
    if !matches!(status, Paid | OnTime) {
        return Ok(status);
    }
    let missed =
        payment.status == Missed || amendments::was_missed(tx, workspace, &payment.id).await?;
    Ok(if missed { Late } else { status })
}

/// Moves the payment from one rollup to the other, and the agent's counters with it.
async fn move_sums(
    tx: &mut Tx,
    zone: (WorkspaceId, Zone),
    before: &Payment,
    after: &Payment,
) -> Result<(), Error> {
    let workspace = &zone.0;
    let key = |payment: &Payment| RollupKey {
        workspace_id: workspace.clone(),
        agent_id: payment.agent_id.clone(),
        quarter_ms: quarter_of(payment.happened_at_ms),
        currency: payment.amount.currency,
        direction: payment.direction,
        rail: payment.rail,
        status: payment.status,
    };
    let micros = i128::from(after.amount.micros);
    let moved = [(key(before), (-1, -micros)), (key(after), (1, micros))];
    add_rollups(tx, &[zone.clone()].into(), moved.into_iter().collect()).await?;
    rollups::delete_empty(tx, &key(before)).await?;
    let good = |p: &Payment| {
        let right = matches!(p.status, PaymentStatus::Paid | PaymentStatus::OnTime);
        i64::from(p.counts_toward_score() && right)
    };
    let stats = PaymentStats { on_time: good(after) - good(before), ..PaymentStats::default() };
    Ok(agents::add_stats(tx, &[(workspace, &after.agent_id, stats)]).await?)
}

async fn move_evidence(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    before: &Payment,
    after: &Payment,
) -> Result<(), Error> {
    let of = |p: &Payment| {
        let (event_day, recorded_day) = (day_of(p.happened_at_ms), day_of(p.recorded_at_ms));
        Evidence::of(p.amount, p.status, p.self_payment, event_day, recorded_day)
    };
    let old = of(before);
    let leaves = Evidence {
        count: -old.count,
        weight_sum: -old.weight_sum,
        value_sum: -old.value_sum,
        ..old
    };
    let day = leaves.recorded_day;
    let agent = &after.agent_id;
    evidence::add_all(tx, &[(workspace, agent, leaves), (workspace, agent, of(after))]).await?;
    Ok(evidence::delete_empty(tx, workspace, agent, day).await?)
}

/// What is told of a payment whose status became this.
fn event(status: PaymentStatus) -> &'static str {
    match status {
        PaymentStatus::Paid | PaymentStatus::OnTime | PaymentStatus::Late => "payment.completed",
        PaymentStatus::Missed => "payment.failed",
        PaymentStatus::Disputed => "payment.disputed",
    }
}

/// A scored amendment as the day's digest takes it in. Field order is part of the format.
fn canonical(amendment: &Amendment) -> Result<String, Error> {
    #[derive(Serialize)]
    struct Scored<'a> {
        id: &'a str,
        payment_id: &'a str,
        status: &'a str,
        amended_at_ms: i64,
    }
    serde_json::to_string(&Scored {
        id: amendment.id.as_str(),
        payment_id: amendment.payment_id.as_str(),
        status: amendment.to.as_str(),
        amended_at_ms: amendment.amended_at_ms,
    })
    .map_err(Error::internal)
}
