//! Whether the time of an answer tells that an address has an account. The figure is the chance to tell one from the other
//! by time alone (the area under the ROC curve): 0.5 is a coin.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use super::{PASSWORD, post, request, surety};
use crate::bench::{Server, load_average};

/// Accounts whose answers are compared with those of as many unknown addresses.
const ACCOUNTS: usize = 500;
/// Requests for each address: one less than shuts an account.
const TRIES: usize = 4;

/// The chance at most that is taken for a coin's: with 2,000 answers each, chance alone goes further once in forty times.
const MAX_CHANCE: f64 = 0.52;

/// What a stranger can ask for with an address: signing in, another password, and an account by the form. By the API,
/// registering says it in words (409).
pub fn tell(server: &Path, folder: &Path) -> Result<()> {
    let mail = ["--smtp-url", "smtp://127.0.0.1:9", "--mail-from", "surety@example.com"];
    // So that each request comes from a network of its own, and none is shut.
    let proxy = ["--trusted-proxies", "127.0.0.1"];
    let server = surety(server, folder, "surety", &[&mail[..], &proxy].concat())?;
    for n in 0..ACCOUNTS {
        let account = format!(r#"{{"email":"known{n}@example.com","password":{PASSWORD:?}}}"#);
        post(&server, "/v1/auth/register", "", &account)?;
    }
    let json = |email: &str| format!(r#"{{"email":"{email}","password":"a guess of nobody"}}"#);
    report("signing in", &server, ("/v1/auth/login", "application/json"), json)?;
    let form = |email: &str| format!("email={email}&back=%2Fforgot-password");
    let encoded = "application/x-www-form-urlencoded";
    report("another password", &server, ("/fn/forgot_password", encoded), form)?;
    let form = |email: &str| format!("email={email}&back=%2Fregister");
    report("registering", &server, ("/fn/begin_registration", encoded), form)?;
    println!("load average {}", load_average()?);
    Ok(())
}

fn report(
    what: &str,
    server: &Server,
    (path, content_type): (&str, &str),
    body: impl Fn(&str) -> String,
) -> Result<()> {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for round in 0..TRIES {
        for n in 0..ACCOUNTS {
            // By turns, so that what else the machine does falls on both.
            for (kind, times) in [("known", &mut known), ("other", &mut unknown)] {
                let from = format!("X-Forwarded-For: 10.{round}.{n}.{}\r\n", kind.len());
                let headers = format!("Content-Type: {content_type}\r\n{from}");
                let body = body(&format!("{kind}{n}@example.com"));
                let asked = Instant::now();
                let answer = request(server, "POST", path, &headers, &body)?;
                times.push(asked.elapsed().as_secs_f64());
                answer.split(' ').nth(1).context("no status")?;
            }
        }
    }
    let chance = advantage(&known, &unknown);
    println!("{what}: told by time with a chance of {chance:.3}");
    ensure!(chance <= MAX_CHANCE, "{what} tells who has an account");
    Ok(())
}

/// How often one of the first is slower than one of the second, the larger of both ways (Mann and Whitney's U).
fn advantage(one: &[f64], two: &[f64]) -> f64 {
    let mut slower = 0.0;
    for a in one {
        for b in two {
            slower += if a > b {
                1.0
            } else if a < b {
                0.0
            } else {
                0.5
            };
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "some hundreds")]
    let share = slower / (one.len() * two.len()) as f64;
    share.max(1.0 - share)
}

#[cfg(test)]
mod tests {
    use super::advantage;

    #[test]
    fn the_same_times_tell_nothing_and_apart_they_tell_all() {
        assert!((advantage(&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0]) - 0.5).abs() < 1e-9);
        assert!((advantage(&[1.0, 2.0], &[3.0, 4.0]) - 1.0).abs() < 1e-9);
    }
}
