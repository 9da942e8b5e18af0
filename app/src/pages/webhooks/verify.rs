//! Receivers that check signatures, in four languages. The files are programs that run as they are.

use leptos::prelude::*;

use crate::components::CodeBlock;

/// A language that a receiver is shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Python, with Flask.
    #[default]
    Python,
    /// JavaScript, with Node's own server.
    Node,
    /// Rust, with axum.
    Rust,
    /// Go, with its own server.
    Go,
}

impl Language {
    const ALL: [Self; 4] = [Self::Python, Self::Node, Self::Rust, Self::Go];

    /// The language with this name in the URL; the first one if there is none.
    pub fn of(text: &str) -> Self {
        Self::ALL.into_iter().find(|language| language.as_str() == text).unwrap_or_default()
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Node => "node",
            Self::Rust => "rust",
            Self::Go => "go",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Python => "Python",
            Self::Node => "Node",
            Self::Rust => "Rust",
            Self::Go => "Go",
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Python => include_str!("../../../../sdk/webhooks/receive.py"),
            Self::Node => include_str!("../../../../sdk/webhooks/receive.mjs"),
            Self::Rust => include_str!("../../../../sdk/webhooks/receive.rs"),
            Self::Go => include_str!("../../../../sdk/webhooks/receive.go"),
        }
    }
}

/// A receiver in one language, and the way to the others. `plain`: on a page without script.
pub fn verify_code(path: &str, chosen: Language, plain: bool) -> impl IntoView + use<> {
    let links = Language::ALL
        .into_iter()
        .map(|language| {
            let href = format!("{path}?code={}#h-verify", language.as_str());
            let current = (language == chosen).then_some("true");
            view! {
                <a href=href aria-current=current>
                    {language.name()}
                </a>
            }
        })
        .collect_view();
    view! {
        <div class="stack">
            <nav class="segmented" aria-label=t!("webhooks-language")>
                {links}
            </nav>
            <CodeBlock title=chosen.name() code=chosen.code().trim_end() plain/>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn every_language_has_its_own_receiver() {
        for language in Language::ALL {
            assert_eq!(Language::of(language.as_str()), language);
            assert!(language.code().contains("WEBHOOK_SECRET"), "{language:?}");
        }
        assert_eq!(Language::of("cobol"), Language::Python);
    }
}
