use model::{Agent, Direction, PaymentStatus, Rail};
use serde::Deserialize;
use service::{PaymentFilter, Zone};

use crate::components::{direction_label, payment_status_label, rail_label};
use crate::i18n::format;
use crate::page::PageCx;
use crate::pages::query_of;

/// The filters of a payments page as its URL spells them; empty means unset, and what is none of a filter's values
/// filters nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PaymentQuery {
    /// An agent, by any of its ids.
    pub agent: String,
    /// How it went.
    pub status: String,
    /// How it came into the ledger.
    pub rail: String,
    /// Its currency.
    pub currency: String,
    /// Sent or received.
    pub direction: String,
    /// `true` or `false`.
    pub autonomous: String,
    /// The first day, such as `2026-10-01`.
    pub from: String,
    /// The last day.
    pub until: String,
    /// Its reference or id.
    pub reference: String,
    /// Where the page begins.
    pub cursor: String,
}

/// A filter that is set.
pub(super) struct Active {
    /// Its name in the URL.
    pub name: &'static str,
    /// What it filters by.
    pub label: String,
    /// What it lets through.
    pub value: String,
}

fn text(value: &str) -> Option<String> {
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

impl PaymentQuery {
    /// What the service is asked for; the days are those of a time zone.
    pub fn filter(&self, zone: &Zone) -> PaymentFilter {
        PaymentFilter {
            agent_id: text(&self.agent),
            direction: self.direction.parse().ok(),
            rail: self.rail.parse().ok(),
            currency: self.currency.trim().parse().ok(),
            autonomous: self.autonomous.parse().ok(),
            status: self.status.parse().ok(),
            from_ms: zone.start_of_text(&self.from),
            // The last day belongs to the list.
            until_ms: zone.end_of_text(&self.until),
            reference: text(&self.reference),
        }
    }

    /// The cursor, if the page is not the first.
    pub fn cursor(&self) -> Option<String> {
        text(&self.cursor)
    }

    fn pairs(&self) -> [(&'static str, &str); 9] {
        [
            ("agent", &self.agent),
            ("status", &self.status),
            ("rail", &self.rail),
            ("currency", &self.currency),
            ("direction", &self.direction),
            ("autonomous", &self.autonomous),
            ("from", &self.from),
            ("until", &self.until),
            ("reference", &self.reference),
        ]
    }

    /// The filters without one of them, for a URL.
    pub(super) fn without(&self, name: &str) -> String {
        query_of(self.pairs().into_iter().filter(|(n, _)| *n != name))
    }

    /// The filters, for a URL.
    pub(super) fn filters(&self) -> String {
        self.without("")
    }

    /// Filters and place, for a URL.
    pub(super) fn place(&self) -> String {
        query_of(self.pairs().into_iter().chain([("cursor", self.cursor.as_str())]))
    }

    /// What is set, in the order of the form.
    pub(super) fn active(&self, agents: &[Agent]) -> Vec<Active> {
        let filter = self.filter(&PageCx::current().time_zone);
        let day = |ms: i64| format::date(ms);
        let agent = filter.agent_id.map(|id| {
            let found = agents.iter().find(|a| a.id.as_str() == id);
            found.map_or(id, |a| a.name.clone())
        });
        let autonomous = filter.autonomous.map(autonomous_label);
        let all = [
            ("agent", t!("payments-agent"), agent),
            ("status", t!("payments-status"), filter.status.map(payment_status_label)),
            ("rail", t!("payments-rail"), filter.rail.map(rail_label)),
            ("currency", t!("payments-currency"), filter.currency.map(|c| c.to_string())),
            ("direction", t!("payments-direction"), filter.direction.map(direction_label)),
            ("autonomous", t!("payments-made"), autonomous),
            ("from", t!("payments-from"), filter.from_ms.map(day)),
            ("until", t!("payments-until"), filter.until_ms.map(|ms| day(ms - 1))),
            ("reference", t!("payments-reference"), filter.reference),
        ];
        all.into_iter()
            .filter_map(|(name, label, value)| value.map(|value| Active { name, label, value }))
            .collect()
    }
}

/// Whether the agent paid on its own.
pub(super) fn autonomous_label(autonomous: bool) -> String {
    if autonomous { t!("payments-autonomous") } else { t!("payments-by-people") }
}

/// Values of a filter with what they are called, the one that filters nothing first.
pub(super) fn options<T: Copy + std::fmt::Display>(
    any: String,
    all: &[T],
    label: impl Fn(T) -> String,
) -> Vec<(String, String)> {
    let rest = all.iter().map(|value| (value.to_string(), label(*value)));
    std::iter::once((String::new(), any)).chain(rest).collect()
}

pub(super) fn statuses() -> Vec<(String, String)> {
    options(t!("payments-any-status"), PaymentStatus::ALL, payment_status_label)
}

pub(super) fn rails() -> Vec<(String, String)> {
    options(t!("payments-any-rail"), Rail::ALL, rail_label)
}

pub(super) fn directions() -> Vec<(String, String)> {
    options(t!("payments-any-direction"), Direction::ALL, direction_label)
}

#[cfg(test)]
mod tests {
    use model::HOUR_MS;

    use super::*;

    /// 2026-10-14T12:00:00Z.
    const NOON: i64 = 1_791_979_200_000;

    #[test]
    fn filters_go_into_the_url_and_come_back() {
        let query = PaymentQuery {
            status: "late".to_owned(),
            until: "2026-10-14".to_owned(),
            reference: " a&b=ü ".to_owned(),
            cursor: "1-pay_x".to_owned(),
            rail: "none of these".to_owned(),
            ..PaymentQuery::default()
        };
        assert_eq!(query.without("reference"), "?status=late&rail=none+of+these&until=2026-10-14");
        assert!(query.place().ends_with("cursor=1-pay_x"));
        let filter = query.filter(&Zone::default());
        assert_eq!(filter.status, Some(PaymentStatus::Late));
        assert_eq!(filter.rail, None);
        assert_eq!(filter.until_ms, Some(NOON + 12 * HOUR_MS), "the day belongs to it");
        assert_eq!(filter.reference.as_deref(), Some("a&b=ü"));
    }

    #[test]
    fn days_are_those_of_the_zone() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        let span = |from: &str, until: &str| {
            let (from, until) = (from.to_owned(), until.to_owned());
            let filter = PaymentQuery { from, until, ..PaymentQuery::default() }.filter(&berlin);
            (filter.from_ms, filter.until_ms)
        };
        let (from, until) = span("2026-10-14", "2026-10-14");
        assert_eq!(from, Some(NOON - 14 * HOUR_MS), "two hours before midnight in UTC");
        assert_eq!(until, from.map(|ms| ms + 24 * HOUR_MS));
        for (day, hours) in [("2026-03-29", 23), ("2026-10-25", 25)] {
            let (from, until) = span(day, day);
            assert_eq!(until.zip(from).map(|(u, f)| u - f), Some(hours * HOUR_MS), "{day}");
        }
        assert_eq!(span("2026-02-30", "yesterday"), (None, None));
    }
}
