use leptos::prelude::*;

/// What an icon shows: the inside of a 24-unit SVG. Constants, so that the browser gets only those that islands use.
///
/// The shapes are Lucide's (ISC licence, lucide.dev).
#[derive(Debug, Clone, Copy)]
pub struct Glyph(&'static str);

#[rustfmt::skip]
impl Glyph {
    /// Three lines: opens the navigation.
    pub const MENU: Self = Self(
        r#"<path d="M4 5h16"/><path d="M4 12h16"/><path d="M4 19h16"/>"#,
    );
    /// The overview.
    pub const OVERVIEW: Self = Self(
        r#"<path d="M5 21v-6"/><path d="M12 21V3"/><path d="M19 21V9"/>"#,
    );
    /// An agent.
    pub const AGENT: Self = Self(
        r#"<path d="M12 8V4H8"/><rect width="16" height="12" x="4" y="8" rx="2"/><path d="M2 14h2"/><path d="M20 14h2"/><path d="M15 13v2"/><path d="M9 13v2"/>"#,
    );
    /// A payment.
    pub const PAYMENT: Self = Self(
        r#"<path d="M8 3 4 7l4 4"/><path d="M4 7h16"/><path d="m16 21 4-4-4-4"/><path d="M20 17H4"/>"#,
    );
    /// A certificate.
    pub const CERTIFICATE: Self = Self(
        r#"<path d="M3.85 8.62a4 4 0 0 1 4.78-4.77 4 4 0 0 1 6.74 0 4 4 0 0 1 4.78 4.78 4 4 0 0 1 0 6.74 4 4 0 0 1-4.77 4.78 4 4 0 0 1-6.75 0 4 4 0 0 1-4.78-4.77 4 4 0 0 1 0-6.76Z"/><path d="m16 9-5.5 5.5L8 12"/>"#,
    );
    /// An API key.
    pub const API_KEY: Self = Self(
        r#"<path d="m2 21 9.6-9.6"/><path d="m7.5 15.5 2.3 2.3a1 1 0 0 1 0 1.4l-2.1 2.1a1 1 0 0 1-1.4 0L4 19"/><circle cx="15.5" cy="7.5" r="5.5"/>"#,
    );
    /// A webhook endpoint.
    pub const WEBHOOK: Self = Self(
        r#"<path d="M18 16.98h-5.99c-1.1 0-1.95.94-2.48 1.9A4 4 0 0 1 2 17c.01-.7.2-1.4.57-2"/><path d="m6 17 3.13-5.78c.53-.97.1-2.18-.5-3.1a4 4 0 1 1 6.89-4.06"/><path d="m12 6 3.13 5.73C15.66 12.7 16.9 13 18 13a4 4 0 0 1 0 8"/>"#,
    );
    /// Sends something.
    pub const SEND: Self = Self(
        r#"<path d="M14.536 21.686a.5.5 0 0 0 .937-.024l6.5-19a.496.496 0 0 0-.635-.635l-19 6.5a.5.5 0 0 0-.024.937l7.93 3.18a2 2 0 0 1 1.112 1.11z"/><path d="m21.854 2.147-10.94 10.939"/>"#,
    );
    /// The audit log.
    pub const AUDIT: Self = Self(
        r#"<path d="M15 12h-5"/><path d="M15 8h-5"/><path d="M19 17V5a2 2 0 0 0-2-2H4"/><path d="M8 21h12a2 2 0 0 0 2-2v-1a1 1 0 0 0-1-1H11a1 1 0 0 0-1 1v1a2 2 0 1 1-4 0V5a2 2 0 1 0-4 0v2a1 1 0 0 0 1 1h3"/>"#,
    );
    /// The instance and who runs it.
    pub const OPERATOR: Self = Self(
        r#"<rect width="20" height="8" x="2" y="2" rx="2" ry="2"/><rect width="20" height="8" x="2" y="14" rx="2" ry="2"/><line x1="6" x2="6.01" y1="6" y2="6"/><line x1="6" x2="6.01" y1="18" y2="18"/>"#,
    );
    /// Searches.
    pub const SEARCH: Self = Self(
        r#"<path d="m21 21-4.34-4.34"/><circle cx="11" cy="11" r="8"/>"#,
    );
    /// Saves a file.
    pub const DOWNLOAD: Self = Self(
        r#"<path d="M12 15V3"/><path d="M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4"/><path d="m7 10 5 5 5-5"/>"#,
    );
    /// Takes a file.
    pub const UPLOAD: Self = Self(
        r#"<path d="M12 3v12"/><path d="m17 8-5-5-5 5"/><path d="M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4"/>"#,
    );
    /// Adds something.
    pub const ADD: Self = Self(
        r#"<path d="M5 12h14"/><path d="M12 5v14"/>"#,
    );
    /// Copies a text.
    pub const COPY: Self = Self(
        r#"<rect width="14" height="14" x="8" y="8" rx="2" ry="2"/><path d="M4 16c-1.1 0-2-.9-2-2V4c0-1.1.9-2 2-2h10c1.1 0 2 .9 2 2"/>"#,
    );
    /// Done.
    pub const CHECK: Self = Self(
        r#"<path d="M20 6 9 17l-5-5"/>"#,
    );
    /// Opens another place.
    pub const OPEN: Self = Self(
        r#"<path d="M15 3h6v6"/><path d="M10 14 21 3"/><path d="M18 13v6a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h6"/>"#,
    );
    /// Something is wrong.
    pub const ALERT: Self = Self(
        r#"<circle cx="12" cy="12" r="10"/><line x1="12" x2="12" y1="8" y2="12"/><line x1="12" x2="12.01" y1="16" y2="16"/>"#,
    );
    /// Something will go wrong.
    pub const WARNING: Self = Self(
        r#"<path d="m21.73 18-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3"/><path d="M12 9v4"/><path d="M12 17h.01"/>"#,
    );
    /// Time.
    pub const CLOCK: Self = Self(
        r#"<circle cx="12" cy="12" r="10"/><path d="M12 6v6l4 2"/>"#,
    );
    /// What was.
    pub const HISTORY: Self = Self(
        r#"<path d="M3 12a9 9 0 1 0 9-9 9.75 9.75 0 0 0-6.74 2.74L3 8"/><path d="M3 3v5h5"/><path d="M12 7v5l4 2"/>"#,
    );
    /// Says more.
    pub const INFO: Self = Self(
        r#"<circle cx="12" cy="12" r="10"/><path d="M12 16v-4"/><path d="M12 8h.01"/>"#,
    );
    /// More below.
    pub const DOWN: Self = Self(
        r#"<path d="m6 9 6 6 6-6"/>"#,
    );
    /// Opens the account menu.
    pub const ACCOUNT: Self = Self(
        r#"<path d="m7 15 5 5 5-5"/><path d="m7 9 5-5 5 5"/>"#,
    );
    /// Signs out.
    pub const LOG_OUT: Self = Self(
        r#"<path d="m16 17 5-5-5-5"/><path d="M21 12H9"/><path d="M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4"/>"#,
    );
    /// Settings.
    pub const SETTINGS: Self = Self(
        r#"<path d="M14 17H5"/><path d="M19 7h-9"/><circle cx="17" cy="17" r="3"/><circle cx="7" cy="7" r="3"/>"#,
    );
    /// The light theme.
    pub const LIGHT: Self = Self(
        r#"<circle cx="12" cy="12" r="4"/><path d="M12 2v2"/><path d="M12 20v2"/><path d="m4.93 4.93 1.41 1.41"/><path d="m17.66 17.66 1.41 1.41"/><path d="M2 12h2"/><path d="M20 12h2"/><path d="m6.34 17.66-1.41 1.41"/><path d="m19.07 4.93-1.41 1.41"/>"#,
    );
    /// The dark theme.
    pub const DARK: Self = Self(
        r#"<path d="M20.985 12.486a9 9 0 1 1-9.473-9.472c.405-.022.617.46.402.803a6 6 0 0 0 8.268 8.268c.344-.215.825-.004.803.401"/>"#,
    );
    /// The theme of the system.
    pub const SYSTEM: Self = Self(
        r#"<rect width="20" height="14" x="2" y="3" rx="2"/><line x1="8" x2="16" y1="21" y2="21"/><line x1="12" x2="12" y1="17" y2="21"/>"#,
    );
    /// The language.
    pub const LANGUAGE: Self = Self(
        r#"<path d="m5 8 6 6"/><path d="m4 14 6-6 2-3"/><path d="M2 5h12"/><path d="M7 2h1"/><path d="m22 22-5-10-5 10"/><path d="M14 18h6"/>"#,
    );
    /// Deletes something.
    pub const DELETE: Self = Self(
        r#"<path d="M10 11v6"/><path d="M14 11v6"/><path d="M19 6v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V6"/><path d="M3 6h18"/><path d="M8 6V4a2 2 0 0 1 2-2h4a2 2 0 0 1 2 2v2"/>"#,
    );
    /// Changes something.
    pub const EDIT: Self = Self(
        r#"<path d="M21.174 6.812a1 1 0 0 0-3.986-3.987L3.842 16.174a2 2 0 0 0-.5.83l-1.321 4.352a.5.5 0 0 0 .623.622l4.353-1.32a2 2 0 0 0 .83-.497z"/><path d="m15 5 4 4"/>"#,
    );
    /// Vouched for.
    pub const VALID: Self = Self(
        r#"<path d="M20 13c0 5-3.5 7.5-7.66 8.95a1 1 0 0 1-.67-.01C7.5 20.5 4 18 4 13V6a1 1 0 0 1 1-1c2 0 4.5-1.2 6.24-2.72a1.17 1.17 0 0 1 1.52 0C14.51 3.81 17 5 19 5a1 1 0 0 1 1 1z"/><path d="m9 12 2 2 4-4"/>"#,
    );
    /// Not vouched for any more.
    pub const VOID: Self = Self(
        r#"<path d="m2 2 20 20"/><path d="M5 5a1 1 0 0 0-1 1v7c0 5 3.5 7.5 7.67 8.94a1 1 0 0 0 .67.01c2.35-.82 4.48-1.97 5.9-3.71"/><path d="M9.309 3.652A12.252 12.252 0 0 0 11.24 2.28a1.17 1.17 0 0 1 1.52 0C14.51 3.81 17 5 19 5a1 1 0 0 1 1 1v7a9.784 9.784 0 0 1-.08 1.264"/>"#,
    );
    /// A limit.
    pub const LIMIT: Self = Self(
        r#"<path d="m12 14 4-4"/><path d="M3.34 19a10 10 0 1 1 17.32 0"/>"#,
    );
    /// Not for everybody.
    pub const PRIVATE: Self = Self(
        r#"<rect width="18" height="11" x="3" y="11" rx="2" ry="2"/><path d="M7 11V7a5 5 0 0 1 10 0v4"/>"#,
    );
    /// For everybody.
    pub const PUBLIC: Self = Self(
        r#"<circle cx="12" cy="12" r="10"/><path d="M12 2a14.5 14.5 0 0 0 0 20 14.5 14.5 0 0 0 0-20"/><path d="M2 12h20"/>"#,
    );
    /// Closes something.
    pub const CLOSE: Self = Self(
        r#"<path d="M18 6 6 18"/><path d="m6 6 12 12"/>"#,
    );
    /// Nothing here.
    pub const EMPTY: Self = Self(
        r#"<polyline points="22 12 16 12 14 15 10 15 8 12 2 12"/><path d="M5.45 5.11 2 12v6a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2v-6l-3.45-6.89A2 2 0 0 0 16.76 4H7.24a2 2 0 0 0-1.79 1.11z"/>"#,
    );
}

/// A hairline icon. Always decoration: the word stands beside it, or the control has a label.
#[component]
pub fn Icon(
    /// What it shows.
    of: Glyph,
    /// Classes beside `icon`, such as `warn`.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let class = if class.is_empty() { "icon".to_owned() } else { format!("icon {class}") };
    view! { <svg class=class viewBox="0 0 24 24" aria-hidden="true" inner_html=of.0></svg> }
}
