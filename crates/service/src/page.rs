use crate::{Error, Rule};

/// A part of a list, newest first.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// What to ask for the entries after these; `None` at the end.
    pub next: Option<String>,
}

/// Which part of a list.
#[derive(Debug, Clone)]
pub struct PageRequest {
    /// Entries at most.
    pub limit: u32,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// Entries on a page at most.
const MAX_LIMIT: u32 = 100;

impl PageRequest {
    /// The first entries.
    pub fn first(limit: u32) -> Self {
        Self { limit, cursor: None }
    }

    /// The limit held to 1..=100, plus one entry that tells whether there is a next page.
    pub(crate) fn fetch(&self) -> i64 {
        i64::from(self.limit.clamp(1, MAX_LIMIT)) + 1
    }

    /// The cursor as an id of the listed kind.
    pub(crate) fn before<I: std::str::FromStr>(&self) -> Result<Option<I>, Error> {
        self.cursor
            .as_deref()
            .map(|c| c.parse().map_err(|_| Error::invalid("cursor", Rule::Mismatch)))
            .transpose()
    }

    /// Cuts the extra entry off and turns it into the cursor.
    pub(crate) fn page<T>(&self, mut items: Vec<T>, id: impl Fn(&T) -> String) -> Page<T> {
        let limit = usize::try_from(self.fetch() - 1).unwrap_or_default();
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(id) } else { None };
        Page { items, next }
    }
}
