//! Inviting people: into a workspace, or only onto the instance. By mail, or by a link that is handed over where no mail
//! is sent.

use model::{DAY_MS, HOUR_MS, InvitationId, Role, User, Workspace};
use serde::Serialize;
use store::invitations::{self, Invitation};
use store::{Conn, Tx, mails, members, users, workspaces};

use crate::mail::{Letter, Reader};
use crate::secrets::{random_token, sha256_hex};
use crate::{Actor, Capability, Error, Rule, Services, text};

/// How long an invitation holds.
const TTL_MS: i64 = 7 * DAY_MS;
/// People and open invitations of one workspace at most.
const MAX_MEMBERS: usize = 100;
/// Invitations that one person can have mailed in an hour.
const PER_HOUR: i64 = 30;
/// Invitations that are listed at most.
const LISTED: i64 = 1_000;
/// Roles that one can be invited with: ownership is handed over, never invited to.
const INVITED: &[&str] = &["member", "admin"];

/// An invitation that was just made.
#[derive(Debug)]
pub struct IssuedInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// The link to hand over; `None`: a mail brings it.
    pub link: Option<String>,
}

/// An invitation as whoever has its link sees it.
#[derive(Debug)]
pub struct InvitationDetail {
    /// The invitation.
    pub invitation: Invitation,
    /// What the workspace is called that one joins, if any.
    pub workspace: Option<String>,
    /// Who invites.
    pub inviter: String,
}

/// What is kept of an invitation in the audit trail.
#[derive(Serialize)]
struct Told<'a> {
    email: &'a str,
    role: Option<Role>,
    mailed: bool,
}

impl<'a> Told<'a> {
    fn of(invitation: &'a Invitation) -> Self {
        let Invitation { email, role, mailed, .. } = invitation;
        Self { email, role: *role, mailed: *mailed }
    }
}

impl Services {
    /// Invites somebody into the workspace. The fields at fault are `email` and `role`; without an address, whoever has
    /// the link may join, and nothing is mailed. [`Error::TooManyAttempts`] to whoever had too many mailed.
    pub async fn invite_member(
        &self,
        actor: &Actor,
        email: &str,
        role: &str,
    ) -> Result<IssuedInvitation, Error> {
        actor.require(Capability::ManageMembers)?;
        self.require_proof(actor)?;
        let role = role.parse::<Role>().ok().filter(|role| *role < Role::Owner);
        let role = role.ok_or_else(|| Error::invalid("role", Rule::OneOf(INVITED)))?;
        let email = optional_email(email)?;
        let mut tx = self.store().begin().await?;
        let inviter = self.inviter(&mut tx, actor).await?;
        let people = members::list(&mut tx, &actor.workspace_id, LISTED).await?;
        if people.iter().any(|joined| joined.user.email == email) {
            let why = "email is a member already.".to_owned();
            return Err(Error::Conflict { field: Some("member"), why });
        }
        let open = invitations::list(&mut tx, &actor.workspace_id, self.now_ms(), LISTED).await?;
        if people.len() + open.len() >= MAX_MEMBERS {
            return Err(Error::invalid("email", Rule::TooMany(MAX_MEMBERS)));
        }
        let workspace = workspaces::get(&mut tx, &actor.workspace_id).await?;
        let name = workspace.ok_or(Error::NotFound { what: "workspace" })?.name;
        let issued =
            self.issue_invitation(&mut tx, actor, (&inviter, Some(&name)), email, Some(role));
        let issued = issued.await?;
        tx.commit().await?;
        Ok(issued)
    }

    /// Lets somebody make an account of their own. For the operator.
    pub async fn invite_user(&self, actor: &Actor, email: &str) -> Result<IssuedInvitation, Error> {
        actor.require_operator()?;
        self.require_proof(actor)?;
        let email = optional_email(email)?;
        let mut tx = self.store().begin().await?;
        let inviter = self.inviter(&mut tx, actor).await?;
        refuse_known(&mut tx, &email).await?;
        let home = home(&mut tx, &inviter).await?;
        let actor = Actor { workspace_id: home.id, ..actor.clone() };
        let issued = self.issue_invitation(&mut tx, &actor, (&inviter, None), email, None).await?;
        tx.commit().await?;
        Ok(issued)
    }

    /// The open invitations of the operator to make an account, newest first.
    pub async fn list_user_invitations(&self, actor: &Actor) -> Result<Vec<Invitation>, Error> {
        actor.require_operator()?;
        let user_id = actor.require_person()?;
        let mut conn = self.store().read().await?;
        let user = users::get(&mut conn, user_id).await?.ok_or(Error::NotFound { what: "user" })?;
        let home = home(&mut conn, &user).await?;
        let all = invitations::list(&mut conn, &home.id, self.now_ms(), LISTED).await?;
        Ok(all.into_iter().filter(|invitation| invitation.role.is_none()).collect())
    }

    /// A link to make an account with, to be handed over. For the command line of the server.
    pub async fn invitation_link(&self, email: &str) -> Result<String, Error> {
        let email = optional_email(email)?;
        let mut tx = self.store().begin().await?;
        refuse_known(&mut tx, &email).await?;
        let operator = users::list_operators(&mut tx, 1).await?.pop();
        let operator = operator.ok_or(Error::NotFound { what: "operator" })?;
        let actor = Actor::console(&home(&mut tx, &operator).await?);
        let (invitation, secret) = self.new_invitation(&actor, operator.id.as_str(), email, None);
        self.insert_invitation(&mut tx, &actor, &invitation, &secret).await?;
        tx.commit().await?;
        Ok(self.invitation_url(&secret))
    }

    /// The open invitations of the workspace, newest first.
    pub async fn list_invitations(&self, actor: &Actor) -> Result<Vec<Invitation>, Error> {
        actor.require(Capability::ManageMembers)?;
        let mut conn = self.store().read().await?;
        Ok(invitations::list(&mut conn, &actor.workspace_id, self.now_ms(), LISTED).await?)
    }

    /// Takes an invitation back: its link opens nothing any more.
    pub async fn revoke_invitation(&self, actor: &Actor, id: &str) -> Result<(), Error> {
        let user_id = actor.require_person()?;
        let gone = || Error::NotFound { what: "invitation" };
        let id: InvitationId = id.parse().map_err(|_| gone())?;
        let mut tx = self.store().begin().await?;
        let mut inside = actor.clone();
        if actor.operator() {
            // Those onto the instance are where the operator is at home.
            let user = users::get(&mut tx, user_id).await?.ok_or_else(gone)?;
            let home = home(&mut tx, &user).await?.id;
            let open = invitations::list(&mut tx, &home, self.now_ms(), LISTED).await?;
            if open.iter().any(|invitation| invitation.id == id) {
                inside = Actor { workspace_id: home, ..inside };
            }
        }
        if inside.workspace_id == actor.workspace_id {
            actor.require(Capability::ManageMembers)?;
        }
        if !invitations::delete(&mut tx, &inside.workspace_id, &id).await? {
            return Err(gone());
        }
        let action = ("invitation.revoked", id.as_str());
        self.audit(&mut tx, &inside, action, (None::<&()>, None::<&()>)).await?;
        Ok(tx.commit().await?)
    }

    /// What the link with this secret invites to. The field at fault is `invitation`.
    pub async fn find_invitation(&self, secret: &str) -> Result<InvitationDetail, Error> {
        let mut conn = self.store().read().await?;
        let invitation = self.open_invitation(&mut conn, secret).await?;
        let workspace = workspaces::get(&mut conn, &invitation.workspace_id).await?;
        let inviter = match invitation.invited_by.parse() {
            Ok(id) => users::get(&mut conn, &id).await?.map(|user| display_name(&user)),
            Err(_) => None,
        };
        Ok(InvitationDetail {
            workspace: invitation.role.and(workspace).map(|workspace| workspace.name),
            inviter: inviter.unwrap_or_default(),
            invitation,
        })
    }

    /// Lets the signed-in person join the workspace that the link invites to. The field at fault is `invitation`, or
    /// `email` where it is for another address.
    pub async fn accept_invitation(&self, actor: &Actor, secret: &str) -> Result<Workspace, Error> {
        let user_id = actor.require_person()?;
        let mut tx = self.store().begin().await?;
        let user = users::get(&mut tx, user_id).await?.ok_or(Error::NotFound { what: "user" })?;
        let invitation = self.open_invitation(&mut tx, secret).await?;
        refuse_other_address(&invitation, &user.email)?;
        let joined = self.use_invitation(&mut tx, &invitation, &user).await?;
        let joined = joined.ok_or_else(|| Error::invalid("invitation", Rule::Ended))?;
        if proves(&invitation, &user.email) {
            users::update_verified(&mut tx, &user.id, &user.email, self.now_ms()).await?;
        }
        tx.commit().await?;
        Ok(joined)
    }

    /// The invitation behind a link, until it ends.
    pub(crate) async fn open_invitation(
        &self,
        conn: &mut Conn,
        secret: &str,
    ) -> Result<Invitation, Error> {
        let hash = sha256_hex(&[secret.trim().as_bytes()]);
        let found = invitations::get_by_hash(conn, &hash, self.now_ms()).await?;
        found.ok_or_else(|| Error::invalid("invitation", Rule::Ended))
    }

    /// Uses an invitation up; the workspace that the person joined by it, if it is one into a workspace.
    pub(crate) async fn use_invitation(
        &self,
        tx: &mut Tx,
        invitation: &Invitation,
        user: &User,
    ) -> Result<Option<Workspace>, Error> {
        let workspace_id = &invitation.workspace_id;
        if !invitations::delete(tx, workspace_id, &invitation.id).await? {
            return Err(Error::invalid("invitation", Rule::Ended));
        }
        let who = (workspace_id, user.id.as_str(), "link");
        let action = ("invitation.used", invitation.id.as_str());
        self.audit_by(tx, who, action, (None::<&()>, Some(&Told::of(invitation)))).await?;
        let Some(role) = invitation.role else { return Ok(None) };
        self.refuse_ending(tx, workspace_id).await?;
        if workspaces::get_member(tx, workspace_id, &user.id).await?.is_some() {
            let why = "You are a member already.".to_owned();
            return Err(Error::Conflict { field: None, why });
        }
        workspaces::insert_member(tx, workspace_id, &user.id, role, self.now_ms()).await?;
        let action = ("member.joined", user.id.as_str());
        let after = serde_json::json!({ "role": role });
        self.audit_by(tx, who, action, (None::<&()>, Some(&after))).await?;
        Ok(workspaces::get(tx, workspace_id).await?)
    }

    async fn issue_invitation(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        (inviter, workspace): (&User, Option<&str>),
        email: String,
        role: Option<Role>,
    ) -> Result<IssuedInvitation, Error> {
        self.refuse_ending(tx, &actor.workspace_id).await?;
        let by = inviter.id.as_str();
        let (invitation, secret) = self.new_invitation(actor, by, email, role);
        let mailed = self.sends_mail() && !invitation.email.is_empty();
        let invitation = Invitation { mailed, ..invitation };
        self.insert_invitation(tx, actor, &invitation, &secret).await?;
        if !mailed {
            return Ok(IssuedInvitation { invitation, link: Some(self.invitation_url(&secret)) });
        }
        let letter = Letter::Invitation {
            secret,
            workspace: workspace.map(str::to_owned),
            inviter: display_name(inviter),
        };
        self.refuse_flood(tx, inviter, &letter).await?;
        let known = users::get_by_email(tx, &invitation.email).await?;
        let lang = known.as_ref().map_or(&inviter.lang, |found| &found.user.lang);
        let to = Reader { user_id: Some(&inviter.id), address: &invitation.email, lang };
        self.queue_mail(tx, to, &letter, TTL_MS).await?;
        Ok(IssuedInvitation { invitation, link: None })
    }

    /// Whoever invites and takes it back again and again would fill other people's mailboxes.
    async fn refuse_flood(&self, tx: &mut Tx, by: &User, letter: &Letter) -> Result<(), Error> {
        // Two at once would each be the last one that is allowed.
        users::lock(tx, &by.id).await?;
        let since_ms = self.now_ms() - HOUR_MS;
        let mails = (&by.id, letter.kind());
        let Some(at_ms) = mails::get_nth_since(tx, mails, since_ms, PER_HOUR).await? else {
            return Ok(());
        };
        let wait_s = (at_ms - since_ms) / 1_000 + 1;
        Err(Error::TooManyAttempts { retry_after_s: u32::try_from(wait_s).unwrap_or(u32::MAX) })
    }

    fn new_invitation(
        &self,
        actor: &Actor,
        by: &str,
        email: String,
        role: Option<Role>,
    ) -> (Invitation, String) {
        let now_ms = self.now_ms();
        let invitation = Invitation {
            workspace_id: actor.workspace_id.clone(),
            id: InvitationId::new(now_ms, self.entropy().bytes()),
            email,
            role,
            mailed: false,
            invited_by: by.to_owned(),
            created_at_ms: now_ms,
            expires_at_ms: now_ms + TTL_MS,
        };
        (invitation, random_token(self.entropy()))
    }

    async fn insert_invitation(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        invitation: &Invitation,
        secret: &str,
    ) -> Result<(), Error> {
        invitations::insert(tx, invitation, &sha256_hex(&[secret.as_bytes()])).await?;
        let action = ("invitation.made", invitation.id.as_str());
        self.audit(tx, actor, action, (None::<&()>, Some(&Told::of(invitation)))).await
    }

    fn invitation_url(&self, secret: &str) -> String {
        format!("{}/invite?token={secret}", self.public_url())
    }

    /// Who invites: a person who proved the address.
    async fn inviter(&self, tx: &mut Tx, actor: &Actor) -> Result<User, Error> {
        let user_id = actor.require_person()?;
        let user = users::get(tx, user_id).await?.ok_or(Error::NotFound { what: "user" })?;
        self.require_verified(&user)?;
        Ok(user)
    }
}

/// Refuses whoever has another address than the one that was invited.
pub(crate) fn refuse_other_address(invitation: &Invitation, email: &str) -> Result<(), Error> {
    if invitation.email.is_empty() || invitation.email == email {
        Ok(())
    } else {
        Err(Error::invalid("email", Rule::NotInvited))
    }
}

/// Whether coming by this invitation proves the address.
pub(crate) fn proves(invitation: &Invitation, email: &str) -> bool {
    invitation.mailed && invitation.email == email
}

/// The workspace that a person owns, the one joined first.
async fn home(conn: &mut Conn, user: &User) -> Result<Workspace, Error> {
    let owned = members::list_owned(conn, &user.id).await?;
    owned.into_iter().next().ok_or(Error::NotFound { what: "workspace" })
}

async fn refuse_known(tx: &mut Tx, email: &str) -> Result<(), Error> {
    if users::get_by_email(tx, email).await?.is_some() {
        return Err(Error::invalid("email", Rule::Taken));
    }
    Ok(())
}

fn optional_email(email: &str) -> Result<String, Error> {
    if email.trim().is_empty() { Ok(String::new()) } else { text::email(email) }
}

fn display_name(user: &User) -> String {
    if user.name.is_empty() { user.email.clone() } else { user.name.clone() }
}
