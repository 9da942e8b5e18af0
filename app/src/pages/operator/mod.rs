//! For whoever runs the instance: accounts, health, plans and legal texts.

mod accounts;
mod contests;
mod health;
mod legal;
mod records;

use leptos::prelude::*;

pub use accounts::{account, accounts};
pub use contests::contests;
pub use health::health;
pub use legal::{legal_text, legal_texts};
pub use records::{records, records_text};

use super::settings::plan_table;
use crate::components::{PageHead, Tab, Tabs};
use crate::page::{DashboardPage, Section};

const HERE: &str = "/dashboard/operator";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Accounts,
    Health,
    Plans,
    Legal,
    Contests,
    Records,
}

fn tabs(current: Part) -> impl IntoView {
    let tab = |part: Part, label: String, path: &str| Tab {
        label,
        href: format!("{HERE}{path}"),
        current: part == current,
    };
    let tabs = vec![
        tab(Part::Accounts, t!("operator-accounts"), ""),
        tab(Part::Health, t!("operator-health"), "/health"),
        tab(Part::Plans, t!("operator-plans"), "/plans"),
        tab(Part::Legal, t!("operator-legal"), "/legal"),
        tab(Part::Contests, t!("contest-list"), "/contests"),
        tab(Part::Records, t!("records-title"), "/records"),
    ];
    view! { <Tabs label=t!("nav-operator") tabs/> }
}

/// What each plan includes.
pub fn plans() -> impl IntoView {
    view! {
        <DashboardPage title=t!("nav-operator") section=Section::Operator>
            <PageHead title=t!("nav-operator") lead=t!("operator-plans-lead")/>
            {tabs(Part::Plans)}
            {plan_table(None)}
        </DashboardPage>
    }
}
