//! Sums by local day and month: kept with every payment, made again when a workspace changes its time zone.

use std::collections::HashMap;

use model::{Workspace, WorkspaceId};
use store::agents::LockedAgent;
use store::periods::{Grain, LocalPeriod};
use store::rollups::RollupKey;
use store::{Tx, periods, rollups, workspaces};

use crate::zone::{add_months, month_of};
use crate::{Actor, Capability, Error, Rule, Services, Zone};

/// The time zones of workspaces.
pub(crate) type Zones = HashMap<WorkspaceId, Zone>;

/// The time zone of an agent's workspace, which does not change while the agent is locked.
pub(crate) fn zone_of(agent: &LockedAgent) -> (WorkspaceId, Zone) {
    (agent.workspace_id.clone(), Zone::stored(&agent.time_zone))
}

/// Adds payments of locked agents to the sums that charts read. Last in a transaction.
pub(crate) async fn add_rollups(
    tx: &mut Tx,
    zones: &Zones,
    sums: HashMap<RollupKey, (i64, i128)>,
) -> Result<(), Error> {
    let rows: Vec<_> = sums
        .into_iter()
        .map(|(key, (count, micros))| {
            let zone = zones.get(&key.workspace_id).cloned().unwrap_or_default();
            let day = zone.day_of(key.quarter_ms);
            (key, LocalPeriod { day, month: month_of(day) }, count, micros)
        })
        .collect();
    rollups::add_all(tx, &rows).await?;
    Ok(periods::add_all(tx, &rows).await?)
}

impl Services {
    /// Puts the actor's workspace into another time zone: its days and months begin anew at that zone's midnights.
    pub async fn set_time_zone(&self, actor: &Actor, name: &str) -> Result<Workspace, Error> {
        actor.require(Capability::ManageWorkspace)?;
        let zone = Zone::named(name.trim())
            .ok_or_else(|| Error::invalid("time_zone", Rule::UnknownTimeZone))?;
        let mut tx = self.store().begin().await?;
        let before = workspaces::get(&mut tx, &actor.workspace_id)
            .await?
            .ok_or(Error::NotFound { what: "workspace" })?;
        let after = Workspace { time_zone: zone.name().to_owned(), ..before.clone() };
        if before.time_zone == after.time_zone {
            return Ok(after);
        }
        // First: it waits for those who record payments, and makes the next ones wait for the new sums.
        workspaces::update_time_zone(&mut tx, &before.id, zone.name()).await?;
        periods::delete_all(&mut tx, &before.id).await?;
        if let Some((first, last)) = rollups::get_bounds(&mut tx, &before.id).await? {
            let (first, last) = (zone.day_of(first), zone.day_of(last));
            let days: Vec<_> = (first..=last).map(|day| span(&zone, day, day + 1)).collect();
            periods::rebuild(&mut tx, &before.id, Grain::Day, &days).await?;
            let starts = std::iter::successors(Some(month_of(first)), |m| Some(add_months(*m, 1)));
            let months: Vec<_> = starts
                .take_while(|month| *month <= last)
                .map(|month| span(&zone, month, add_months(month, 1)))
                .collect();
            periods::rebuild(&mut tx, &before.id, Grain::Month, &months).await?;
        }
        let action = ("workspace.time_zone_changed", before.id.as_str());
        self.audit(&mut tx, actor, action, (Some(&before), Some(&after))).await?;
        self.emit(&mut tx, &before.id, action, &after).await?;
        tx.commit().await?;
        Ok(after)
    }
}

fn span(zone: &Zone, from: i64, until: i64) -> (i64, i64, i64) {
    (from, zone.start_of_day(from), zone.start_of_day(until))
}
