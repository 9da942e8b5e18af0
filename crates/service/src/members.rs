//! The people of a workspace: one owner, any number of admins and members. What each may do stands in `actor.rs`.

use model::{Plan, Role, User, UserId, Workspace, WorkspaceId};
use serde::Serialize;
use store::members::{self, Joined};
use store::{Conn, Tx, sessions, users, workspaces};

use crate::sessions::hash_of;
use crate::{Actor, Capability, Error, Rule, Services};

/// People that are listed at most.
const LISTED: i64 = 1_000;
/// Roles that one can be given; ownership is handed over.
const GIVEN: &[&str] = &["member", "admin"];

const GONE: Error = Error::NotFound { what: "member" };

/// A role in the audit trail.
#[derive(Serialize)]
struct Held {
    role: Role,
}

impl Services {
    /// The people of the actor's workspace, in the order of joining. For a signed-in person.
    pub async fn list_members(&self, actor: &Actor) -> Result<Vec<Joined>, Error> {
        actor.require_person()?;
        actor.require(Capability::Read)?;
        let mut conn = self.store().read().await?;
        Ok(members::list(&mut conn, &actor.workspace_id, LISTED).await?)
    }

    /// The workspace with this id, if the signed-in person belongs to it: to go on there.
    pub async fn enter_workspace(&self, actor: &Actor, id: &str) -> Result<Workspace, Error> {
        let user_id = actor.require_person()?;
        let gone = || Error::NotFound { what: "workspace" };
        let id: WorkspaceId = id.parse().map_err(|_| gone())?;
        let mut conn = self.store().read().await?;
        let member = workspaces::get_member(&mut conn, &id, user_id).await?.ok_or_else(gone)?;
        drop(conn);
        self.refuse_suspended(&id).await?;
        Ok(member.workspace)
    }

    /// Makes a member an admin, or the other way round. The field at fault is `role`.
    pub async fn set_member_role(&self, actor: &Actor, id: &str, role: &str) -> Result<(), Error> {
        actor.require(Capability::ManageMembers)?;
        actor.require_person()?;
        self.require_proof(actor)?;
        let role = role.parse::<Role>().ok().filter(|role| *role < Role::Owner);
        let role = role.ok_or_else(|| Error::invalid("role", Rule::OneOf(GIVEN)))?;
        let mut tx = self.store().begin().await?;
        let (user, before) = self.member_below_owner(&mut tx, actor, id).await?;
        if before == role {
            return Ok(());
        }
        let of = (&actor.workspace_id, &user.id);
        if !members::update_role(&mut tx, of, before, role).await? {
            return Err(GONE);
        }
        let change = (Some(&Held { role: before }), Some(&Held { role }));
        self.audit(&mut tx, actor, ("member.role_changed", user.id.as_str()), change).await?;
        Ok(tx.commit().await?)
    }

    /// Takes somebody out of the workspace, whose sessions in it end.
    pub async fn remove_member(&self, actor: &Actor, id: &str) -> Result<(), Error> {
        actor.require(Capability::ManageMembers)?;
        actor.require_person()?;
        self.require_proof(actor)?;
        let mut tx = self.store().begin().await?;
        let (user, role) = self.member_below_owner(&mut tx, actor, id).await?;
        self.take_out(&mut tx, actor, (&user.id, role), ("member.removed", None)).await?;
        Ok(tx.commit().await?)
    }

    /// Takes the signed-in person out of the workspace; the one of their own, to go on in by the session with the id
    /// `current`, which opens nothing until then. Owners hand over first.
    pub async fn leave_workspace(
        &self,
        actor: &Actor,
        current: Option<&str>,
    ) -> Result<Workspace, Error> {
        let user_id = actor.require_person()?;
        let mut tx = self.store().begin().await?;
        let (_, role) = self.member_below_owner(&mut tx, actor, user_id.as_str()).await?;
        self.take_out(&mut tx, actor, (user_id, role), ("member.left", current)).await?;
        let owned = members::list_owned(&mut tx, user_id).await?;
        let home = owned.into_iter().next().ok_or(Error::NotFound { what: "workspace" })?;
        tx.commit().await?;
        Ok(home)
    }

    /// Makes somebody else of the workspace its owner; the actor becomes an admin, with a workspace of their own if this
    /// was the only one.
    pub async fn hand_over_workspace(&self, actor: &Actor, id: &str) -> Result<(), Error> {
        actor.require(Capability::Own)?;
        let owner_id = actor.require_person()?;
        self.require_proof(actor)?;
        let mut tx = self.store().begin().await?;
        self.refuse_ending(&mut tx, &actor.workspace_id).await?;
        let (heir, role) = self.member_below_owner(&mut tx, actor, id).await?;
        let workspace = &actor.workspace_id;
        // The guards are the roles: of two at once one finds nothing to change.
        if !members::update_role(&mut tx, (workspace, owner_id), Role::Owner, Role::Admin).await?
            || !members::update_role(&mut tx, (workspace, &heir.id), role, Role::Owner).await?
        {
            return Err(GONE);
        }
        workspaces::update_operator_owned(&mut tx, workspace, heir.operator).await?;
        let change = (Some(&Held { role }), Some(&Held { role: Role::Owner }));
        self.audit(&mut tx, actor, ("workspace.handed_over", heir.id.as_str()), change).await?;
        if members::list_owned(&mut tx, owner_id).await?.is_empty() {
            let owner = users::get(&mut tx, owner_id).await?.ok_or(GONE)?;
            self.insert_own_workspace(&mut tx, &owner, self.0.settings.default_plan).await?;
        }
        Ok(tx.commit().await?)
    }

    /// A workspace of a person's own. Everybody owns one at any time: where else to go when others end.
    pub(crate) async fn insert_own_workspace(
        &self,
        tx: &mut Tx,
        user: &User,
        plan: Plan,
    ) -> Result<Workspace, Error> {
        let now_ms = self.now_ms();
        let workspace = Workspace {
            id: WorkspaceId::new(now_ms, self.entropy().bytes()),
            name: if user.name.is_empty() { user.email.clone() } else { user.name.clone() },
            plan,
            operator_owned: user.operator,
            time_zone: "UTC".to_owned(),
            created_at_ms: now_ms,
        };
        workspaces::insert(tx, &workspace).await?;
        workspaces::insert_member(tx, &workspace.id, &user.id, Role::Owner, now_ms).await?;
        Ok(workspace)
    }

    /// Refuses what changes who belongs to a workspace that is about to be erased.
    pub(crate) async fn refuse_ending(
        &self,
        conn: &mut Conn,
        workspace: &WorkspaceId,
    ) -> Result<(), Error> {
        if workspaces::get_standing(conn, workspace).await?.deletion.is_some() {
            let why = "The workspace is about to be deleted.".to_owned();
            return Err(Error::Conflict { field: None, why });
        }
        Ok(())
    }

    async fn take_out(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        (user, role): (&UserId, Role),
        (action, current): (&str, Option<&str>),
    ) -> Result<(), Error> {
        if !members::delete(tx, &actor.workspace_id, user).await? {
            return Err(GONE);
        }
        // One that begins at this moment waits, and does not find its way in any more.
        users::lock(tx, user).await?;
        let keep = current.map(hash_of);
        sessions::delete_in(tx, (&actor.workspace_id, user), keep.as_deref()).await?;
        self.audit(tx, actor, (action, user.as_str()), (Some(&Held { role }), None::<&()>)).await
    }

    /// Somebody of the actor's workspace who does not own it.
    async fn member_below_owner(
        &self,
        conn: &mut Conn,
        actor: &Actor,
        id: &str,
    ) -> Result<(User, Role), Error> {
        let id: UserId = id.parse().map_err(|_| GONE)?;
        let member = workspaces::get_member(conn, &actor.workspace_id, &id).await?.ok_or(GONE)?;
        if member.role == Role::Owner {
            let why = "The owner hands the workspace over first.".to_owned();
            return Err(Error::Conflict { field: None, why });
        }
        Ok((member.user, member.role))
    }
}
