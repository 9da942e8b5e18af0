//! How Postgres is reached: to another machine over TLS alone, unless the operator says otherwise.

use std::io;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};

use crate::{Error, Result, StoreConfig};

/// A pool of connections, the first of them open.
pub(crate) async fn open(config: &StoreConfig) -> Result<PgPool> {
    let options = options(&config.url)?;
    let host = options.get_host().to_owned();
    let pool = PgPoolOptions::new()
        .max_connections(config.connections)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options)
        .await;
    pool.map_err(|cause| if is_of_tls(&cause) { Error::Tls { host, cause } } else { cause.into() })
}

/// What a URL says, and `verify-full` where it names another machine and no `sslmode`.
fn options(url: &str) -> Result<PgConnectOptions> {
    let options = PgConnectOptions::from_str(url)?;
    // Anything but the driver's default was said somewhere, if not in the URL then in PGSSLMODE.
    let said = says_ssl_mode(url) || !matches!(options.get_ssl_mode(), PgSslMode::Prefer);
    let elsewhere = options.get_socket().is_none() && !is_this_machine(options.get_host());
    Ok(if elsewhere && !said { options.ssl_mode(PgSslMode::VerifyFull) } else { options })
}

fn says_ssl_mode(url: &str) -> bool {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    query.split('&').any(|pair| pair.starts_with("sslmode=") || pair.starts_with("ssl-mode="))
}

/// Whether a host is reached without a network: by name, by address, or by the folder of its socket.
fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host.starts_with('/')
        || address.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

/// Whether a connection failed while it was secured. The driver tells of a certificate that does not hold as of data
/// that are not valid.
fn is_of_tls(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Tls(_) => true,
        sqlx::Error::Io(error) => error.kind() == io::ErrorKind::InvalidData,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_machine_is_reached_over_tls_unless_the_url_says_otherwise() {
        for (url, mode) in [
            ("postgres://u:p@db.example.com/surety", "VerifyFull"),
            ("postgresql://u:p@192.0.2.7:6432/surety?application_name=sslmode", "VerifyFull"),
            ("postgres://u:p@[2001:db8::7]/surety", "VerifyFull"),
            ("postgres://u:p@localhost.example.com/surety", "VerifyFull"),
            ("postgres://u:p@localhost/surety?host=db.example.com", "VerifyFull"),
            ("postgres://u:p@localhost/surety?hostaddr=192.0.2.7", "VerifyFull"),
            ("postgres://u:p@db.example.com/surety?sslmode=prefer", "Prefer"),
            ("postgres://u:p@db.example.com/surety?sslmode=disable", "Disable"),
            ("postgres://u:p@db.example.com/surety?a=b&ssl-mode=require", "Require"),
            ("postgres://u:p@db.example.com/surety?sslmode=verify-ca", "VerifyCa"),
            ("postgres://u:p@localhost/surety", "Prefer"),
            ("postgres://u:p@127.0.0.1:54329/surety", "Prefer"),
            ("postgres://u:p@[::1]/surety", "Prefer"),
            ("postgres://u:p@localhost/surety?sslmode=verify-full", "VerifyFull"),
            ("postgres://u:p@%2Fvar%2Frun%2Fpostgresql/surety", "Prefer"),
            ("postgres://u:p@db.example.com/surety?host=/var/run/postgresql", "Prefer"),
        ] {
            let options = options(url).unwrap();
            assert_eq!(format!("{:?}", options.get_ssl_mode()), mode, "{url}");
        }
    }
}
