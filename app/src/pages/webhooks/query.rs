use model::DeliveryState;
use serde::Deserialize;
use service::{DeliveryFilter, Zone};

use crate::pages::query_of;

/// The filters of a delivery log as its URL spells them; empty means unset, and what is none of a filter's values filters
/// nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct DeliveryQuery {
    /// How far it got.
    pub state: String,
    /// The event's type.
    pub event: String,
    /// The first day, such as `2026-10-01`.
    pub from: String,
    /// The last day.
    pub until: String,
    /// Where the page begins.
    pub cursor: String,
}

impl DeliveryQuery {
    /// What the service is asked for; the days are those of a time zone.
    pub fn filter(&self, zone: &Zone) -> DeliveryFilter {
        DeliveryFilter {
            state: self.state.parse::<DeliveryState>().ok(),
            kind: model::logged_kinds().find(|kind| *kind == self.event).map(str::to_owned),
            from_ms: zone.start_of_text(&self.from),
            // The last day belongs to the list.
            until_ms: zone.end_of_text(&self.until),
        }
    }

    /// The cursor, if the page is not the first.
    pub fn cursor(&self) -> Option<String> {
        Some(self.cursor.clone()).filter(|cursor| !cursor.is_empty())
    }

    /// Whether something narrows the list.
    pub(super) fn filtered(&self) -> bool {
        [&self.state, &self.event, &self.from, &self.until].iter().any(|value| !value.is_empty())
    }

    /// Filters and place, for a URL: nothing, or what begins with `?`.
    pub(super) fn place(&self) -> String {
        let pairs = [
            ("state", self.state.as_str()),
            ("event", &self.event),
            ("from", &self.from),
            ("until", &self.until),
            ("cursor", &self.cursor),
        ];
        query_of(pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_go_into_the_url_and_come_back() {
        let query = DeliveryQuery {
            state: "failed".to_owned(),
            event: "payment.paid".to_owned(),
            until: "2026-10-14".to_owned(),
            cursor: "evt_x".to_owned(),
            ..DeliveryQuery::default()
        };
        assert_eq!(query.place(), "?state=failed&event=payment.paid&until=2026-10-14&cursor=evt_x");
        let filter = query.filter(&Zone::default());
        assert_eq!((filter.state, filter.kind), (Some(DeliveryState::Failed), None));
        assert_eq!(filter.until_ms, Some(1_792_022_400_000), "the day belongs to it");
        assert!(query.filtered() && !DeliveryQuery::default().filtered());
        assert_eq!(DeliveryQuery::default().place(), "");
    }
}
