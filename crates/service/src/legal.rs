//! The operator's legal texts, one for each page and language.

use std::time::Duration;

use store::settings;

use crate::{Actor, Error, Rule, Services, text};

/// Characters of a legal text at most.
pub const MAX_LEGAL_TEXT: usize = 50_000;
/// The languages that a text can be in.
pub const LANGUAGES: &[&str] = &["en", "de"];

/// A page that the law asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LegalPage {
    /// Who runs the instance.
    Imprint,
    /// What is kept of whom, and why.
    Privacy,
}

impl LegalPage {
    /// Every page.
    pub const ALL: [Self; 2] = [Self::Imprint, Self::Privacy];
    const TEXTS: &[&str] = &["imprint", "privacy"];

    /// The spelling in forms and paths.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Imprint => "imprint",
            Self::Privacy => "privacy",
        }
    }

    /// The page with this spelling.
    pub fn from_text(text: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|page| page.as_str() == text);
        found.ok_or_else(|| Error::invalid("page", Rule::OneOf(Self::TEXTS)))
    }
}

/// A text that the operator wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegalText {
    /// The page it is for.
    pub page: LegalPage,
    /// The language it is in.
    pub lang: &'static str,
    /// Markdown; empty while nobody has written it.
    pub text: String,
}

/// Texts by name, at most a second old.
pub(crate) struct LegalCache(moka::sync::Cache<String, String>);

impl LegalCache {
    pub(crate) fn new() -> Self {
        Self(
            moka::sync::Cache::builder()
                .max_capacity(16)
                .time_to_live(Duration::from_secs(1))
                .build(),
        )
    }
}

fn name(page: LegalPage, lang: &str) -> String {
    format!("legal.{}.{lang}", page.as_str())
}

fn known(lang: &str) -> Result<&'static str, Error> {
    let found = LANGUAGES.iter().copied().find(|known| *known == lang);
    found.ok_or_else(|| Error::invalid("lang", Rule::OneOf(LANGUAGES)))
}

impl Services {
    /// What a legal page says in a language, else in another one; empty text while the operator has written nothing.
    /// Everybody may read it.
    pub async fn legal_text(&self, page: LegalPage, lang: &str) -> Result<LegalText, Error> {
        let wanted = known(lang)?;
        let others = LANGUAGES.iter().copied().filter(|other| *other != wanted);
        for lang in std::iter::once(wanted).chain(others) {
            let text = self.read_legal_text(page, lang).await?;
            if !text.is_empty() {
                return Ok(LegalText { page, lang, text });
            }
        }
        Ok(LegalText { page, lang: wanted, text: String::new() })
    }

    /// Every legal text, empty ones among them, for the operator.
    pub async fn list_legal_texts(&self, actor: &Actor) -> Result<Vec<LegalText>, Error> {
        actor.require_operator()?;
        let mut all = Vec::new();
        for page in LegalPage::ALL {
            for lang in LANGUAGES.iter().copied() {
                let text = self.read_legal_text(page, lang).await?;
                all.push(LegalText { page, lang, text });
            }
        }
        Ok(all)
    }

    /// Whether a legal page is empty in every language, for the operator.
    pub async fn legal_missing(&self, actor: &Actor) -> Result<bool, Error> {
        let texts = self.list_legal_texts(actor).await?;
        Ok(LegalPage::ALL.into_iter().any(|page| {
            texts.iter().filter(|text| text.page == page).all(|text| text.text.is_empty())
        }))
    }

    /// Replaces a legal text; an empty one takes it off the page.
    pub async fn set_legal_text(
        &self,
        actor: &Actor,
        page: LegalPage,
        lang: &str,
        new: &str,
    ) -> Result<(), Error> {
        actor.require_operator()?;
        let lang = known(lang)?;
        let new = text::clean("text", new, MAX_LEGAL_TEXT, true)?.replace("\r\n", "\n");
        let name = name(page, lang);
        let mut tx = self.store().begin().await?;
        let old = settings::get(&mut tx, &name).await?.unwrap_or_default();
        if old != new {
            settings::upsert(&mut tx, &name, &new).await?;
            let side = |text: &str| serde_json::json!({ "text": text });
            let action = ("instance.legal_text_changed", name.as_str());
            self.audit(&mut tx, actor, action, (Some(&side(&old)), Some(&side(&new)))).await?;
        }
        tx.commit().await?;
        self.0.legal.0.invalidate(&name);
        Ok(())
    }

    async fn read_legal_text(&self, page: LegalPage, lang: &str) -> Result<String, Error> {
        let name = name(page, lang);
        if let Some(text) = self.0.legal.0.get(&name) {
            return Ok(text);
        }
        let found = settings::get(&mut self.store().read().await?, &name).await?;
        let text = found.unwrap_or_default();
        self.0.legal.0.insert(name, text.clone());
        Ok(text)
    }
}
