use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::page::PageCx;

/// How much a button stands out. One primary button on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weight {
    /// With a border.
    #[default]
    Normal,
    /// The page's one main action.
    Primary,
    /// Without a border.
    Quiet,
    /// Takes something away.
    Danger,
}

impl Weight {
    /// Its classes.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Normal => "button",
            Self::Primary => "button button-primary",
            Self::Quiet => "button button-quiet",
            Self::Danger => "button button-danger",
        }
    }
}

/// A button that posts at once, without a form around it on the page: one row's action, signing out.
#[component]
pub fn PostButton(
    /// The server function.
    action: &'static str,
    /// What it says.
    #[prop(into)]
    label: String,
    /// What stands before the label.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// How much it stands out.
    #[prop(optional)]
    weight: Weight,
    /// Whether it is one of many in a table.
    #[prop(optional)]
    small: bool,
    /// Name and value of one hidden field.
    #[prop(optional)]
    with: Option<(&'static str, String)>,
    /// Name and value of another one.
    #[prop(optional)]
    and: Option<(&'static str, String)>,
    /// A longer name for those who do not see what it stands beside.
    #[prop(optional, into)]
    describe: Option<String>,
) -> impl IntoView {
    let class =
        if small { format!("{} button-sm", weight.class()) } else { weight.class().to_owned() };
    view! {
        <form method="post" action=format!("/fn/{action}")>
            <input type="hidden" name="back" value=PageCx::current().path/>
            {[with, and]
                .into_iter()
                .flatten()
                .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
                .collect_view()}
            <button class=class type="submit" aria-label=describe>
                {glyph.map(|of| view! { <Icon of/> })}
                {label}
            </button>
        </form>
    }
}
