//! Two languages: Fluent texts, and numbers, money and dates as each language writes them.

pub mod format;
#[cfg(test)]
mod keys;
mod lang;

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use leptos::prelude::{Owner, provide_context, use_context};

pub use lang::Lang;
pub(crate) use lang::cookie;

/// Values for the placeholders of a text.
pub type Args<'a> = FluentArgs<'a>;

type Bundle = FluentBundle<FluentResource>;

macro_rules! sources {
    ($($area:literal),+ $(,)?) => {
        /// The texts of a language, by area.
        fn sources(lang: Lang) -> Vec<&'static str> {
            match lang {
                Lang::En => vec![$(include_str!(concat!("../../../locales/en/", $area, ".ftl"))),+],
                Lang::De => vec![$(include_str!(concat!("../../../locales/de/", $area, ".ftl"))),+],
            }
        }
    };
}

sources!(
    "shell",
    "words",
    "forms",
    "landing",
    "accounts",
    "profile",
    "legal",
    "agents",
    "keys",
    "certificates",
    "overview",
    "payments",
    "imports",
    "audit",
    "operator",
    "settings",
    "factors",
    "charts",
    "data",
    "mail",
    "members",
    "recovery",
    "docs",
    "webhooks",
);

static EN: LazyLock<Bundle> = LazyLock::new(|| bundle(Lang::En));
static DE: LazyLock<Bundle> = LazyLock::new(|| bundle(Lang::De));

fn bundle(lang: Lang) -> Bundle {
    let mut bundle = Bundle::new_concurrent(vec![lang.identifier()]);
    // The marks for mixed writing directions would end up in attributes and in copied texts.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match lang {
        Lang::En => |value, _| grouped(Lang::En, value),
        Lang::De => |value, _| grouped(Lang::De, value),
    }));
    for source in sources(lang) {
        // A resource with mistakes keeps its good entries; a test refuses any mistake.
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(good, _)| good);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

fn grouped(lang: Lang, value: &FluentValue) -> Option<String> {
    match value {
        FluentValue::Number(number) if number.value.fract() == 0.0 => {
            #[expect(clippy::cast_possible_truncation, reason = "a count, checked to be whole")]
            let whole = number.value as i64;
            Some(format::number_in(lang, whole))
        }
        _ => None,
    }
}

/// The language of the page or server function that is running.
pub fn lang() -> Lang {
    use_context::<Lang>()
        .or_else(|| use_context::<http::request::Parts>().map(|parts| Lang::of(&parts.headers)))
        .unwrap_or_default()
}

/// Runs something outside of pages and server functions whose texts are for a reader of this language.
pub fn with_lang<T>(lang: Lang, run: impl FnOnce() -> T) -> T {
    let owner = Owner::new();
    owner.with(|| {
        provide_context(lang);
        run()
    })
}

/// The text behind a key in the current language; the key itself when there is none.
pub fn text(key: &str, args: Option<&Args>) -> String {
    text_in(lang(), key, args)
}

/// The text behind a key in a given language; the key itself when there is none.
pub fn text_in(lang: Lang, key: &str, args: Option<&Args>) -> String {
    let bundle = match lang {
        Lang::En => &EN,
        Lang::De => &DE,
    };
    match bundle.get_message(key).and_then(|message| message.value()) {
        Some(pattern) => bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned(),
        None => key.to_owned(),
    }
}

/// The text behind a key, with the values of its placeholders: `t!("agents-count", count = 3)`.
#[macro_export]
macro_rules! t {
    ($key:literal) => {
        $crate::i18n::text($key, None)
    };
    ($key:literal, $($name:ident = $value:expr),+ $(,)?) => {{
        let mut args = $crate::i18n::Args::new();
        $(args.set(stringify!($name), $value);)+
        $crate::i18n::text($key, Some(&args))
    }};
}
