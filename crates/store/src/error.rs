/// The outcome of a store function.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the database did not do it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The driver or the database said no.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("migration: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// SQLite's log did not reach the disk.
    #[error("syncing the log: {0}")]
    Log(std::sync::Arc<std::io::Error>),
    /// Another transaction changed first what this one was about to: run it again.
    #[error("another transaction was faster")]
    Overtaken,
    /// A stored value is none that this version knows.
    #[error("stored {what} {value:?} is not known")]
    Corrupt {
        /// The column's meaning.
        what: &'static str,
        /// What stands there.
        value: String,
    },
    /// The connection to Postgres could not be secured as it has to be.
    #[error(
        "no connection to Postgres at {host}: {cause}. To another machine it has to be secured unless database_url says \
         otherwise. With ?sslmode= it can be: verify-full (the default there: TLS, and a certificate for this host by an \
         authority that browsers know, or by the one in the file sslrootcert=PATH), verify-ca (TLS, and such a \
         certificate for any host), require (TLS, but nobody checks with whom), prefer (TLS where the server offers it), \
         disable (none: everything, the password too, can be read on the way)"
    )]
    Tls {
        /// The host that did not answer so.
        host: String,
        /// What went wrong.
        cause: sqlx::Error,
    },
    /// The database URL names neither engine.
    #[error("{0:?} is not a database URL; it begins with sqlite:// or postgres://")]
    Url(String),
}

impl Error {
    /// Whether a row with the same unique key was there already.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(e)) if e.is_unique_violation())
    }

    /// Whether another transaction got in the way and the same one may succeed if it is run again: a
    /// serialisation failure, a deadlock, a database that stayed locked, or [`Error::Overtaken`].
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Overtaken => true,
            Self::Database(sqlx::Error::Database(e)) => {
                matches!(e.code().as_deref(), Some("40001" | "40P01" | "5" | "517"))
            }
            _ => false,
        }
    }
}

/// Reads a stored spelling back into its enum or number type.
pub(crate) fn stored<T: std::str::FromStr>(what: &'static str, value: &str) -> Result<T> {
    value.parse().map_err(|_| Error::Corrupt { what, value: value.to_owned() })
}
