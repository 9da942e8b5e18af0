use leptos::prelude::*;
use service::Contest;

use super::{Part, tabs};
use crate::components::PageHead;
use crate::page::{DashboardPage, Section};
use crate::pages::contests::table;

/// What people have against scores and nobody has answered.
pub fn contests(open: Vec<Contest>) -> impl IntoView {
    view! {
        <DashboardPage title=t!("nav-operator") section=Section::Operator>
            <PageHead title=t!("nav-operator") lead=t!("contest-operator-lead")/>
            {tabs(Part::Contests)}
            {table(open)}
        </DashboardPage>
    }
}
