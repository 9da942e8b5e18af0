use leptos::prelude::*;

/// The heading row of a page: title and one sentence, actions at the end.
#[component]
pub fn PageHead(
    /// The page's `h1`.
    #[prop(into)]
    title: String,
    /// One sentence below it.
    #[prop(optional, into)]
    lead: Option<String>,
    /// What stands below the title instead of a sentence: an id, a state.
    #[prop(optional)]
    meta: Option<AnyView>,
    /// Actions; the primary one last.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="page-head">
            <div>
                <h1>{title}</h1>
                {lead.map(|text| view! { <p>{text}</p> })}
                {meta.map(|meta| view! { <div class="row meta">{meta}</div> })}
            </div>
            {children.map(|children| view! { <div class="row">{children()}</div> })}
        </div>
    }
}

/// The heading of a section.
#[component]
pub fn SectionHead(
    /// The id that the section is labelled by.
    id: &'static str,
    /// The section's `h2`.
    #[prop(into)]
    title: String,
    /// One sentence below it.
    #[prop(optional, into)]
    lead: Option<String>,
    /// What stands at the end of the row: a note, a link.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="section-head">
            <h2 id=id>{title}</h2>
            {children.map(|children| view! { <div class="end">{children()}</div> })}
            {lead.map(|text| view! { <p>{text}</p> })}
        </div>
    }
}

/// One of several pages about the same thing.
#[derive(Debug, Clone)]
pub struct Tab {
    /// What it is called.
    pub label: String,
    /// Its path.
    pub href: String,
    /// Whether it is the one on the screen.
    pub current: bool,
}

/// Tabs are links: each has its own URL.
#[component]
pub fn Tabs(
    /// What they are about.
    #[prop(into)]
    label: String,
    /// The tabs.
    tabs: Vec<Tab>,
) -> impl IntoView {
    let links = tabs
        .into_iter()
        .map(|tab| {
            let current = tab.current.then_some("page");
            view! {
                <a href=tab.href aria-current=current>
                    {tab.label}
                </a>
            }
        })
        .collect_view();
    view! {
        <nav class="tabs" aria-label=label>
            {links}
        </nav>
    }
}
