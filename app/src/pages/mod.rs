//! The views of all pages, one file for each noun.

pub mod accounts;
pub mod agent;
pub mod agents;
pub mod api_keys;
pub mod audit_log;
pub mod certificates;
pub mod confirm;
pub mod contests;
pub mod docs;
pub mod errors;
pub mod factors;
pub mod landing;
pub mod legal;
pub mod members;
pub mod operator;
pub mod overview;
pub mod payments;
pub mod personal_data;
pub mod profiles;
pub mod recovery;
pub mod registration;
pub mod settings;
pub mod webhooks;

mod attention;
mod payment_rows;

/// What is set of these, for a URL: nothing, or what begins with `?`.
fn query_of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = form_urlencoded::Serializer::for_suffix("?".to_owned(), 1);
    query.extend_pairs(pairs.into_iter().filter(|(_, value)| !value.trim().is_empty()));
    let query = query.finish();
    if query == "?" { String::new() } else { query }
}
