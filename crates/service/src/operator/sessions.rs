//! Ending the sessions of others: of one person, and of everybody.

use model::UserId;
use store::sessions::{delete_all, delete_others};
use store::{members, users};

use crate::sessions::hash_of;
use crate::{Actor, Error, Services, text};

const ENDED: &str = "user.all_sessions_ended";
const EVERYBODYS_ENDED: &str = "instance.sessions_ended";
/// What the trail says of whoever types on the machine itself.
const CONSOLE: (&str, &str) = ("console", "console");

impl Services {
    /// Ends every session of the person who owns a workspace, browsers and tokens, at once; how many there were. Keys go
    /// on. The session with the id `current` stays: the operator may be that person. Takes a proof.
    pub async fn end_account_sessions(
        &self,
        actor: &Actor,
        current: Option<&str>,
        workspace: &str,
    ) -> Result<u64, Error> {
        let workspace = self.get_account(actor, workspace).await?.workspace;
        self.require_proof(actor)?;
        let owner = members::get_owner(&mut self.store().read().await?, &workspace.id).await?;
        let owner = owner.ok_or(Error::NotFound { what: "user" })?.user;
        self.end_all_of(&owner.id, actor.audited(), current).await
    }

    /// [`Services::end_account_sessions`] of whoever has this address. For the command line of the server.
    pub async fn end_sessions(&self, email: &str) -> Result<u64, Error> {
        let email = text::email(email)?;
        let found = users::get_by_email(&mut self.store().read().await?, &email).await?;
        let user = found.ok_or(Error::NotFound { what: "user" })?.user;
        self.end_all_of(&user.id, CONSOLE, None).await
    }

    async fn end_all_of(
        &self,
        user: &UserId,
        who: (&str, &str),
        current: Option<&str>,
    ) -> Result<u64, Error> {
        let keep = current.map(hash_of);
        let mut tx = self.store().begin().await?;
        // One that begins at this moment waits, or is ended too.
        users::lock(&mut tx, user).await?;
        let ended = delete_others(&mut tx, user, keep.as_deref()).await?;
        let before = serde_json::json!({ "sessions": ended });
        let change = (Some(&before), None::<&()>);
        self.audit_change_of_user(&mut tx, user, who, (ENDED, user.as_str()), change).await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// Ends every session of everybody, browsers and tokens, but the one with the id `current`, at once; how many there
    /// were. Keys go on. Takes a proof.
    pub async fn end_everybodys_sessions(
        &self,
        actor: &Actor,
        current: Option<&str>,
    ) -> Result<u64, Error> {
        actor.require_operator()?;
        self.require_proof(actor)?;
        let operator = actor.require_person()?;
        self.end_all(Some(operator), actor.audited(), current).await
    }

    /// [`Services::end_everybodys_sessions`], the operators' among them. For the command line of the server.
    pub async fn end_all_sessions(&self) -> Result<u64, Error> {
        let operators = users::list_operators(&mut self.store().read().await?, 1).await?;
        self.end_all(operators.first().map(|operator| &operator.id), CONSOLE, None).await
    }

    /// The entry stands where an operator is at home: it is about the instance, and there may be very many people.
    async fn end_all(
        &self,
        operator: Option<&UserId>,
        who: (&str, &str),
        current: Option<&str>,
    ) -> Result<u64, Error> {
        let keep = current.map(hash_of);
        let mut tx = self.store().begin().await?;
        users::lock_all(&mut tx).await?;
        let ended = delete_all(&mut tx, keep.as_deref()).await?;
        if let Some(operator) = operator {
            let before = serde_json::json!({ "sessions": ended });
            let (what, change) = ((EVERYBODYS_ENDED, "instance"), (Some(&before), None::<&()>));
            self.audit_change_of_user(&mut tx, operator, who, what, change).await?;
        }
        tx.commit().await?;
        Ok(ended)
    }
}
