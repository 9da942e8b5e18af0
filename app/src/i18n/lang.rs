use fluent_bundle::FluentValue;
use http::HeaderMap;
use http::header::{ACCEPT_LANGUAGE, COOKIE};
use icu_locale_core::{Locale, locale};
use unic_langid::LanguageIdentifier;

/// A language that Surety speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

impl Lang {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::De];
    /// The cookie that holds the choice.
    pub const COOKIE: &'static str = "lang";

    /// The code for `lang` attributes and the cookie.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// The language's own name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::De => "Deutsch",
        }
    }

    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            Self::En => Self::De,
            Self::De => Self::En,
        }
    }

    /// The language with this code; a region is ignored.
    pub fn from_code(code: &str) -> Option<Self> {
        let base = code.split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|lang| lang.code().eq_ignore_ascii_case(base))
    }

    /// What a request wants: the cookie, else the best of `Accept-Language`, else English.
    pub fn of(headers: &HeaderMap) -> Self {
        cookie(headers, Self::COOKIE)
            .and_then(Self::from_code)
            .or_else(|| accepted(headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?))
            .unwrap_or_default()
    }

    pub(super) fn identifier(self) -> LanguageIdentifier {
        self.code().parse().unwrap_or_default()
    }

    /// English dates in the order that most of Europe reads: 14 Oct 2026.
    pub(super) const fn locale(self) -> Locale {
        match self {
            Self::En => locale!("en-GB"),
            Self::De => locale!("de"),
        }
    }
}

impl From<Lang> for FluentValue<'static> {
    fn from(lang: Lang) -> Self {
        lang.name().into()
    }
}

fn accepted(header: &str) -> Option<Lang> {
    let mut best = None;
    for entry in header.split(',') {
        let mut parts = entry.split(';');
        let Some(lang) = parts.next().and_then(|code| Lang::from_code(code.trim())) else {
            continue;
        };
        let quality = parts.find_map(|p| p.trim().strip_prefix("q=")?.parse::<f32>().ok());
        let quality = quality.unwrap_or(1.0);
        // Only a strictly better one takes the place of an earlier one.
        if quality > 0.0 && best.is_none_or(|(_, q)| quality > q) {
            best = Some((lang, quality));
        }
    }
    best.map(|(lang, _)| lang)
}

/// The value of a cookie of this request: as it is named over https, else as it is over http.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let named = |prefix: &str| {
        headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .find_map(|p| p.trim().strip_prefix(prefix)?.strip_prefix(name)?.strip_prefix('='))
    };
    named("__Host-").or_else(|| named(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(cookie: &str, accept: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, cookie.parse().unwrap());
        headers.insert(ACCEPT_LANGUAGE, accept.parse().unwrap());
        headers
    }

    #[test]
    fn the_cookie_comes_before_the_header_and_english_last() {
        assert_eq!(Lang::of(&headers("a=b; lang=de", "en")), Lang::De);
        assert_eq!(Lang::of(&headers("lang=en; __Host-lang=de", "en")), Lang::De);
        assert_eq!(Lang::of(&headers("xlang=de", "en-US, de;q=0.7")), Lang::En);
        assert_eq!(Lang::of(&headers("", "fr, en;q=0.2, de-AT;q=0.9")), Lang::De);
        assert_eq!(Lang::of(&headers("lang=fr", "fr, de;q=0")), Lang::En);
        assert_eq!(Lang::of(&HeaderMap::new()), Lang::En);
    }
}
