use leptos::prelude::*;

use crate::page::PageCx;

/// A table straight on the page. Columns give way by priority: the classes `p3`, `p2`, `p1` on a column's cells hide it
/// on narrow screens, the highest number first.
#[component]
pub fn Table(
    /// What it lists, for those who cannot see the heading above it.
    #[prop(into)]
    label: String,
    /// `thead` and `tbody`.
    children: Children,
) -> impl IntoView {
    // Focusable, because on a narrow screen it may scroll sideways.
    view! {
        <div class="table-wrap" tabindex="0" role="group" aria-label=label>
            <table class="table">{children()}</table>
        </div>
    }
}

/// What stands below a list: how much there is, and the way to more.
#[component]
pub fn Pagination(
    /// How many are shown, in words.
    #[prop(optional, into)]
    summary: Option<String>,
    /// Where the next page begins, if there is one.
    next: Option<String>,
    /// The list's path, where it is not the page's.
    #[prop(optional, into)]
    path: Option<String>,
) -> impl IntoView {
    let here = PageCx::current().path;
    let (page, query) = here.split_once('?').unwrap_or((&here, ""));
    let path = path.unwrap_or_else(|| page.to_owned());
    let further = query.split('&').any(|pair| pair.starts_with("cursor="));
    // What narrows the list stays.
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let kept: Vec<_> = kept.collect();
    let with = |cursor: Option<String>| {
        let pairs: Vec<_> = kept.iter().map(|pair| (*pair).to_owned()).chain(cursor).collect();
        if pairs.is_empty() { path.clone() } else { format!("{path}?{}", pairs.join("&")) }
    };
    let first = with(None);
    let next = next.map(|cursor| with(Some(format!("cursor={cursor}"))));
    let links = (further || next.is_some()).then(|| {
        view! {
            <nav class="end" aria-label=t!("shell-pages")>
                {further
                    .then(|| view! { <a class="button button-sm" href=first>{t!("shell-newest")}</a> })}
                {next
                    .map(|href| {
                        view! {
                            <a class="button button-sm" rel="next" href=href>
                                {t!("shell-older")}
                            </a>
                        }
                    })}
            </nav>
        }
    });
    (summary.is_some() || links.is_some())
        .then(|| view! { <div class="pagination"><span>{summary}</span> {links}</div> })
}
