use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::islands::Toast;
use crate::page::Flash;

/// What a colour says; the word says it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Nothing special.
    #[default]
    Neutral,
    /// Worth knowing.
    Info,
    /// Good.
    Good,
    /// Not good, or not for long.
    Warn,
    /// Bad.
    Bad,
}

impl Tone {
    /// The class beside the component's own.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Info => "info",
            Self::Good => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }

    const fn glyph(self) -> Glyph {
        match self {
            Self::Neutral | Self::Info => Glyph::INFO,
            Self::Good => Glyph::CHECK,
            Self::Warn => Glyph::WARNING,
            Self::Bad => Glyph::ALERT,
        }
    }
}

/// A note across the page: something must be done, or something went wrong.
#[component]
pub fn Banner(
    /// What it says with its colour.
    tone: Tone,
    /// What happened, in a few words.
    #[prop(optional, into)]
    title: Option<String>,
    /// What to do, or all there is to say.
    #[prop(into)]
    text: String,
    /// Whether it interrupts those who listen to the page.
    #[prop(optional)]
    alert: bool,
    /// What can be done about it: a link or a button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=format!("banner {}", tone.class()) role=alert.then_some("alert")>
            <Icon of=tone.glyph()/>
            <div>{title.map(|title| view! { <strong>{title}</strong> })} <p>{text}</p></div>
            {children.map(|children| children())}
        </div>
    }
}

/// What just happened, told once: a toast, or without script a note at the top of the page. With it, what script shows
/// when a form cannot be sent.
#[component]
pub fn FlashNote(
    /// What happened, if anything did.
    flash: Option<Flash>,
) -> impl IntoView {
    // The region is always there: a status that appears together with its region is not always read out.
    view! {
        <div class="flash" role="status">
            {flash
                .map(|Flash { good, text, plans }| {
                    let plans = plans
                        .then(|| {
                            view! {
                                <a class="button button-sm" href="/dashboard/settings#plan">
                                    {t!("plans-compare")}
                                </a>
                            }
                        });
                    view! { <Toast good text dismiss=t!("shell-dismiss")/> {plans} }
                })}
            <div class="banner toast bad" id="offline" hidden>
                <Icon of=Glyph::ALERT/>
                <p>{t!("shell-offline")}</p>
            </div>
        </div>
    }
}

/// Where a list would be: what it is for and the next step.
#[component]
pub fn EmptyState(
    /// What is missing.
    glyph: Glyph,
    /// That it is missing.
    #[prop(into)]
    title: String,
    /// Why one wants it, in one or two sentences.
    #[prop(into)]
    text: String,
    /// The next step: a button, a call to copy.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon of=glyph/>
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| children())}
        </div>
    }
}
