use leptos::prelude::*;
use model::Role;

use super::commands::CommandPalette;
use super::{PageCx, Theme};
use crate::components::{
    AccountMenu, Banner, FlashNote, Glyph, Icon, LanguageSwitch, Logo, PostButton, ThemeSwitch,
    Tone,
};
use crate::i18n::format;

/// A step on the way to a page.
#[derive(Debug, Clone)]
pub struct Crumb {
    /// What it is called.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

impl Crumb {
    /// A step with this name and path.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// A part of the dashboard, as the sidebar lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// `/dashboard`
    Overview,
    /// `/dashboard/agents`
    Agents,
    /// `/dashboard/payments`
    Payments,
    /// `/dashboard/certificates`
    Certificates,
    /// `/dashboard/audit-log`
    AuditLog,
    /// `/dashboard/api-keys`
    ApiKeys,
    /// `/dashboard/webhooks`
    Webhooks,
    /// `/dashboard/operator`
    Operator,
    /// `/dashboard/settings`
    Settings,
}

impl Section {
    /// Its path.
    pub const fn href(self) -> &'static str {
        match self {
            Self::Overview => "/dashboard",
            Self::Agents => "/dashboard/agents",
            Self::Payments => "/dashboard/payments",
            Self::Certificates => "/dashboard/certificates",
            Self::AuditLog => "/dashboard/audit-log",
            Self::ApiKeys => "/dashboard/api-keys",
            Self::Webhooks => "/dashboard/webhooks",
            Self::Operator => "/dashboard/operator",
            Self::Settings => "/dashboard/settings",
        }
    }

    const fn glyph(self) -> Glyph {
        match self {
            Self::Overview => Glyph::OVERVIEW,
            Self::Agents => Glyph::AGENT,
            Self::Payments => Glyph::PAYMENT,
            Self::Certificates => Glyph::CERTIFICATE,
            Self::AuditLog => Glyph::AUDIT,
            Self::ApiKeys => Glyph::API_KEY,
            Self::Webhooks => Glyph::WEBHOOK,
            Self::Operator => Glyph::OPERATOR,
            Self::Settings => Glyph::SETTINGS,
        }
    }

    /// What it is called.
    pub fn label(self) -> String {
        match self {
            Self::Overview => t!("nav-overview"),
            Self::Agents => t!("nav-agents"),
            Self::Payments => t!("nav-payments"),
            Self::Certificates => t!("nav-certificates"),
            Self::AuditLog => t!("nav-audit-log"),
            Self::ApiKeys => t!("nav-api-keys"),
            Self::Webhooks => t!("nav-webhooks"),
            Self::Operator => t!("nav-operator"),
            Self::Settings => t!("nav-settings"),
        }
    }
}

/// The head of every document.
#[component]
fn Head(
    title: String,
    #[prop(optional_no_strip)] description: Option<String>,
    indexed: bool,
    scripts: bool,
    #[prop(optional_no_strip)] script: Option<&'static str>,
) -> impl IntoView {
    let cx = PageCx::current();
    let title = if title.is_empty() { "Surety".to_owned() } else { format!("{title} · Surety") };
    let scheme = match cx.theme {
        Theme::Light => "light",
        Theme::Dark => "dark",
        Theme::System => "light dark",
    };
    let asset = |name: &str| format!("{}/{name}", cx.assets);
    view! {
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content=scheme/>
        <title>{title}</title>
        {description.map(|text| view! { <meta name="description" content=text/> })}
        {(!indexed).then(|| view! { <meta name="robots" content="noindex"/> })}
        <link
            rel="preload"
            href=asset("fonts/hanken-grotesk-latin-wght-normal.woff2")
            r#as="font"
            r#type="font/woff2"
            crossorigin=""
        />
        <link rel="stylesheet" href=asset("main.css")/>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
        {script.map(|name| view! { <script type="module" src=asset(name)></script> })}
        {scripts
            .then(|| {
                view! {
                    <link rel="modulepreload" href=asset("app.js")/>
                    <link
                        rel="preload"
                        href=asset("app_bg.wasm")
                        r#as="fetch"
                        r#type="application/wasm"
                        crossorigin=""
                    />
                    <script type="module" src=asset("boot.js")></script>
                }
            })}
    }
}

fn theme_attribute(theme: Theme) -> Option<&'static str> {
    (theme != Theme::System).then(|| theme.as_str())
}

/// A page that everybody may see: no script at all.
#[component]
pub fn PublicPage(
    /// The document's title, without the product's name.
    #[prop(into)]
    title: String,
    /// One sentence for search engines and link previews.
    #[prop(optional, into)]
    description: Option<String>,
    /// Whether search engines may list it.
    #[prop(optional)]
    indexed: bool,
    /// Whether the page brings its own frame (sign-in) and needs neither head nor foot.
    #[prop(optional)]
    bare: bool,
    /// The one script that the page cannot do without, by the name of its file.
    #[prop(optional_no_strip)]
    script: Option<&'static str>,
    /// The inside of `<main>`, or of `<body>` on a bare page.
    children: Children,
) -> impl IntoView {
    let cx = PageCx::current();
    let body = if bare {
        children().into_any()
    } else {
        view! {
            <div class="public">
                <PublicHead/>
                <main class="public-main" id="main" tabindex="-1">
                    {children()}
                </main>
                <PublicFoot/>
            </div>
        }
        .into_any()
    };
    view! {
        <html lang=cx.lang.code() data-theme=theme_attribute(cx.theme)>
            <head>
                <Head title description indexed scripts=false script/>
            </head>
            <body>
                <a class="skip" href="#main">
                    {t!("shell-skip")}
                </a>
                {body}
            </body>
        </html>
    }
}

#[component]
fn PublicHead() -> impl IntoView {
    let signed_in = PageCx::current().viewer.is_some();
    let links = if signed_in {
        view! {
            <a class="button" href="/dashboard">
                {t!("shell-dashboard")}
            </a>
        }
        .into_any()
    } else {
        view! {
            <a href="/login">{t!("accounts-sign-in")}</a>
            <a class="button wide-only" href="/register">
                {t!("accounts-create")}
            </a>
        }
        .into_any()
    };
    view! {
        <header class="public-head">
            <Logo href="/"/>
            <nav aria-label=t!("shell-main-nav")>{links}</nav>
        </header>
    }
}

#[component]
fn PublicFoot() -> impl IntoView {
    let host = PageCx::current().host().to_owned();
    view! {
        <footer class="public-foot">
            <span>{host}</span>
            <a href="/docs">{t!("docs-title")}</a>
            <LegalLinks/>
            <div class="public-foot-end">
                <ThemeSwitch/>
                <LanguageSwitch/>
            </div>
        </footer>
    }
}

/// Imprint and privacy: reachable from every page without signing in.
#[component]
pub fn LegalLinks() -> impl IntoView {
    view! {
        <a href="/imprint">{t!("legal-imprint")}</a>
        <a href="/privacy">{t!("legal-privacy")}</a>
    }
}

/// A page for those who are signed in, with sidebar and top bar; its islands hydrate.
#[component]
pub fn DashboardPage(
    /// The document's title and the last crumb.
    #[prop(into)]
    title: String,
    /// The part of the dashboard that it belongs to, if to any.
    #[prop(into)]
    section: Option<Section>,
    /// The steps above it; none on the first page of a section.
    #[prop(optional)]
    crumbs: Vec<Crumb>,
    /// A script of its own beside that of the islands, by the name of its file.
    #[prop(optional_no_strip)]
    script: Option<&'static str>,
    /// The inside of `<main>`.
    children: Children,
) -> impl IntoView {
    let cx = PageCx::current();
    let flash = cx.flash.clone();
    view! {
        <html lang=cx.lang.code() data-theme=theme_attribute(cx.theme)>
            <head>
                <Head title=title.clone() description=None indexed=false scripts=true script/>
            </head>
            <body>
                <a class="skip" href="#main">
                    {t!("shell-skip")}
                </a>
                <div class="app">
                    <TopBar title crumbs/>
                    <Sidebar section/>
                    <main class="main" id="main" tabindex="-1">
                        <FlashNote flash/>
                        {ending()} {unverified()} {factor_wanted()}
                        {children()}
                    </main>
                </div>
            </body>
        </html>
    }
}

/// That the account is about to be erased, on every page.
fn ending() -> Option<impl IntoView> {
    let cx = PageCx::current();
    let viewer = cx.viewer?;
    let (due_ms, own) = (viewer.deletion_due_ms?, viewer.role == Role::Owner);
    let date = format::long_date(due_ms);
    Some(view! {
        <div class="note">
            <Banner tone=Tone::Warn text=t!("data-planned", date = date)>
                {own.then(|| {
                    view! {
                        <PostButton action="cancel_deletion" label=t!("data-cancel") small=true/>
                    }
                })}
            </Banner>
        </div>
    })
}

/// That the address is not proved, on every page until it is.
fn unverified() -> Option<impl IntoView> {
    let viewer = PageCx::current().viewer.filter(|viewer| viewer.unverified)?;
    Some(view! {
        <div class="note">
            <Banner tone=Tone::Info text=t!("recovery-unverified", email = viewer.email)>
                <PostButton
                    action="resend_verification"
                    label=t!("recovery-send-again")
                    small=true
                />
            </Banner>
        </div>
    })
}

/// That whoever runs the instance should not rely on a password alone, until they do not.
fn factor_wanted() -> Option<impl IntoView> {
    const SETTINGS: &str = "/dashboard/settings";
    let cx = PageCx::current();
    cx.viewer.filter(|viewer| viewer.wants_factor && !cx.path.starts_with(SETTINGS))?;
    Some(view! {
        <aside class="nudge" aria-label=t!("factors-title")>
            <Icon of=Glyph::WARNING/>
            <p>{t!("factors-operator")}</p>
            <a class="button button-sm" href=format!("{SETTINGS}#factors")>
                {t!("factors-set-up")}
            </a>
        </aside>
    })
}

#[component]
fn TopBar(title: String, crumbs: Vec<Crumb>) -> impl IntoView {
    let class = if crumbs.is_empty() { "breadcrumb" } else { "breadcrumb nested" };
    let steps = crumbs
        .into_iter()
        .map(|crumb| view! { <li><a href=crumb.href>{crumb.label}</a></li> })
        .collect_view();
    view! {
        <header class="topbar">
            <button
                class="button button-quiet button-icon menu-button"
                type="button"
                popovertarget="nav"
                aria-label=t!("shell-open-nav")
            >
                <Icon of=Glyph::MENU class="icon-lg"/>
            </button>
            <Logo href="/dashboard"/>
            <nav class=class aria-label=t!("shell-breadcrumb")>
                <ol>{steps} <li aria-current="page">{title}</li></ol>
            </nav>
            <CommandPalette/>
        </header>
    }
}

#[component]
fn Sidebar(section: Option<Section>) -> impl IntoView {
    let viewer = PageCx::current().viewer;
    let agents = viewer.as_ref().map(|viewer| viewer.agents).filter(|agents| *agents > 0);
    let operator = viewer.is_some_and(|viewer| viewer.operator);
    let link = move |to: Section| {
        let current = (Some(to) == section).then_some("page");
        let count = agents.filter(|_| to == Section::Agents);
        view! {
            <li>
                <a class="nav-link" href=to.href() aria-current=current>
                    <Icon of=to.glyph()/>
                    {to.label()}
                    {count.map(|n| view! { <span class="count">{format::number(n)}</span> })}
                </a>
            </li>
        }
    };
    view! {
        <nav class="sidebar" id="nav" popover="auto" aria-label=t!("shell-main-nav")>
            <Logo href="/dashboard"/>
            <ul role="list">
                {link(Section::Overview)} {link(Section::Agents)} {link(Section::Payments)}
                {link(Section::Certificates)}
            </ul>
            <div>
                <h2>{t!("nav-control")}</h2>
                <ul role="list">{link(Section::AuditLog)}</ul>
            </div>
            <div>
                <h2>{t!("nav-build")}</h2>
                <ul role="list">{link(Section::ApiKeys)} {link(Section::Webhooks)}</ul>
            </div>
            <div class="foot">
                <ul role="list">
                    {operator.then(|| link(Section::Operator))} {link(Section::Settings)}
                </ul>
                <AccountMenu/>
            </div>
        </nav>
    }
}
