use std::sync::LazyLock;

use leptos::prelude::*;

use super::rosette::mark;

/// Mark and name.
#[component]
pub fn Logo(
    /// Where it leads: the first page of this side of the door.
    href: &'static str,
) -> impl IntoView {
    static MARK: LazyLock<String> = LazyLock::new(mark);
    view! {
        <a class="logo" href=href>
            <svg
                viewBox="0 0 24 24"
                aria-hidden="true"
                fill="none"
                stroke="currentColor"
                stroke-width="1.35"
            >
                <path d=MARK.as_str()></path>
            </svg>
            <span>"Surety"</span>
        </a>
    }
}
