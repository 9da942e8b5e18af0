//! Reading an archive of an account into this instance. For the command line of the server: whoever runs it vouches for
//! the file.

mod file;
mod fill;

use std::path::Path;

use model::{UserId, WorkspaceId};
use store::holdings::{self, Holder, TABLES};
use store::workspaces::{self, Suspension};
use store::{erasures, users};
use tokio::sync::mpsc;

use crate::secrets::random_token;
use crate::{Error, Rule, Services, text};
use file::{Manifest, Rows};
use fill::Fill;

/// Why nobody gets into an account that is still being read in.
const READING: &str = "This account is still being imported.";
/// Batches of rows that wait to be written.
const WAITING: usize = 2;

/// An account that was read in.
#[derive(Debug, Clone)]
pub struct ImportedAccount {
    /// The e-mail address to sign in with.
    pub email: String,
    /// The link by which its person chooses a password, once and within an hour: the archive has none.
    pub link: String,
    /// How many rows were read.
    pub rows: u64,
}

impl Services {
    /// Reads an archive in. Nobody gets into the account before it is complete; if anything is wrong with it, nothing
    /// of it stays. Whatever was secret is new: the keys, the webhook secrets, and the password, which nobody knows:
    /// its person chooses one by the link of [`Services::reset_link`].
    pub async fn import_account(&self, path: &Path) -> Result<ImportedAccount, Error> {
        let path = path.to_owned();
        let opened = path.clone();
        let manifest = blocking(move || file::manifest(&opened)).await?;
        self.refuse_known(&manifest).await?;
        let password = random_token(self.entropy());
        let fill = Fill::new(self, &manifest, &password).await?;
        let (batches, waiting) = mpsc::channel(WAITING);
        let account = (manifest.workspace_id.clone(), manifest.user_id.clone());
        let reader = tokio::task::spawn_blocking(move || file::read(&path, &manifest, &batches));
        let written = self.write_rows(&account, fill, waiting).await;
        let read = reader.await.map_err(Error::internal)?;
        // The reader's own error says more than that it stopped.
        let written = read.and(written);
        match written {
            Ok((email, rows)) => {
                Ok(ImportedAccount { link: self.reset_link(&email).await?, email, rows })
            }
            Err(error) => {
                self.discard_account(&account).await?;
                Err(error)
            }
        }
    }

    async fn refuse_known(&self, manifest: &Manifest) -> Result<(), Error> {
        let conflict = |why: &str| Err(Error::Conflict { field: None, why: why.to_owned() });
        let mut conn = self.store().read().await?;
        let workspace = &manifest.workspace_id;
        if workspaces::get(&mut conn, workspace).await?.is_some() {
            let begun = workspaces::get_standing(&mut conn, workspace).await?.suspension;
            if begun.is_none_or(|suspension| suspension.reason != READING) {
                return conflict("The account is on this instance already.");
            }
            drop(conn);
            // An earlier try that was cut off.
            return self.discard_account(&(workspace.clone(), manifest.user_id.clone())).await;
        }
        if users::get(&mut conn, &manifest.user_id).await?.is_some() {
            return conflict("The person is on this instance already.");
        }
        if erasures::get(&mut conn, workspace).await?.is_some() {
            return conflict("The account was erased on this instance.");
        }
        Ok(())
    }

    async fn write_rows(
        &self,
        account: &(WorkspaceId, UserId),
        mut fill: Fill,
        mut waiting: mpsc::Receiver<Rows>,
    ) -> Result<(String, u64), Error> {
        let (mut email, mut rows) = (String::new(), 0);
        while let Some(batch) = waiting.recv().await {
            let mut tx = self.store().begin().await?;
            for given in batch.rows {
                let record = fill.complete(self, batch.table, given)?;
                if batch.table.name == "users" {
                    email = text::email(record.text("email"))?;
                    if users::get_by_email(&mut tx, &email).await?.is_some() {
                        return Err(Error::invalid("email", Rule::Taken));
                    }
                }
                holdings::insert(&mut tx, batch.table, &record).await?;
                rows += 1;
            }
            if batch.table.name == "workspaces" {
                let closed = Suspension { at_ms: self.now_ms(), reason: READING.to_owned() };
                workspaces::update_suspension(&mut tx, &account.0, Some(&closed)).await?;
            }
            tx.commit().await?;
        }
        let mut tx = self.store().begin().await?;
        if workspaces::get_member(&mut tx, &account.0, &account.1).await?.is_none() {
            return Err(Error::internal("the archive has no complete account"));
        }
        holdings::insert_queues(&mut tx, &account.0).await?;
        workspaces::update_suspension(&mut tx, &account.0, None).await?;
        tx.commit().await?;
        self.forget_standing(&account.0);
        Ok((email, rows))
    }

    /// Takes back what was read in so far.
    async fn discard_account(
        &self,
        (workspace, user): &(WorkspaceId, UserId),
    ) -> Result<(), Error> {
        let mut tx = self.store().begin().await?;
        holdings::delete(&mut tx, Holder { workspace, user }).await?;
        holdings::delete_audit(&mut tx, workspace).await?;
        Ok(tx.commit().await?)
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

/// The table with this name, where its rows can be read in.
fn portable(name: &str) -> Option<&'static holdings::Table> {
    TABLES.iter().find(|table| table.name == name && table.has(holdings::Reach::Portable))
}
