//! Rules for texts that people and programs send.

use crate::{Error, Rule};

/// Names of people, agents, keys.
pub(crate) const MAX_NAME: usize = 200;
/// Descriptions.
pub(crate) const MAX_DESCRIPTION: usize = 2_000;
/// References (the caller's own ids).
pub(crate) const MAX_REFERENCE: usize = 200;
/// Ids and counterparties.
pub(crate) const MAX_ID: usize = 255;

/// A trimmed text of at most `max` characters; line breaks and tabs only where `lines` says so.
pub(crate) fn clean(
    field: &'static str,
    text: &str,
    max: usize,
    lines: bool,
) -> Result<String, Error> {
    let allowed = |c: char| !c.is_control() || (lines && matches!(c, '\n' | '\r' | '\t'));
    // At the ends too: the published schemas know no trimming.
    if !text.chars().all(allowed) {
        return Err(Error::invalid(field, Rule::ControlCharacters));
    }
    let text = text.trim();
    if text.chars().count() > max {
        return Err(Error::invalid(field, Rule::TooLong(max)));
    }
    Ok(text.to_owned())
}

/// A name: not empty, at most 200 characters, one line.
pub(crate) fn name(field: &'static str, text: &str) -> Result<String, Error> {
    let name = clean(field, text, MAX_NAME, false)?;
    if name.is_empty() {
        return Err(Error::invalid(field, Rule::Required));
    }
    Ok(name)
}

/// A text that may be missing; empty counts as missing.
pub(crate) fn optional(
    field: &'static str,
    text: Option<&str>,
    max: usize,
) -> Result<Option<String>, Error> {
    let text = text.map(|t| clean(field, t, max, false)).transpose()?;
    Ok(text.filter(|t| !t.is_empty()))
}

/// A lower-cased e-mail address. Whether it takes mail, only a mail can tell.
pub(crate) fn email(text: &str) -> Result<String, Error> {
    let email = text.trim().to_lowercase();
    if email.is_empty() {
        return Err(Error::invalid("email", Rule::Required));
    }
    let well_formed = email.len() <= 254
        && email.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && local.len() <= 64
                && !domain.is_empty()
                && !domain.contains('@')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
        })
        && !email
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || "<>(),;:\\\"[]".contains(c));
    if well_formed { Ok(email) } else { Err(Error::invalid("email", Rule::NotAnEmail)) }
}

/// A cell of a CSV file that no spreadsheet takes for a formula.
pub fn inert(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_lower_cased_and_checked() {
        assert_eq!(email(" Mara@Example.COM ").unwrap(), "mara@example.com");
        for wrong in ["", "mara", "@example.com", "mara@", "a b@c.de", "a@b@c", "a@.de", "<a>@b.de"]
        {
            assert!(email(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn names_are_one_line() {
        assert_eq!(name("name", "  Mara  ").unwrap(), "Mara");
        assert!(name("name", "a\nb").is_err());
        assert!(name("name", "a\n").is_err());
        assert!(name("name", "  ").is_err());
        assert!(name("name", &"é".repeat(200)).is_ok());
        assert!(name("name", &"é".repeat(201)).is_err());
    }
}
