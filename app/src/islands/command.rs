use js_sys::{Array, JsString};
use wasm_bindgen::JsValue;

use super::props::{Prop, props};

/// What a command does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Goes to a page.
    Go(String),
    /// Presses the button that this CSS selector finds: every action stands on the page already, as a form.
    Press(String),
}

/// Something that the palette offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// What it is called.
    pub label: String,
    /// What kind of thing it is, in a word.
    pub kind: String,
    /// What it does.
    pub act: Act,
    /// The key that does it after `g`.
    pub key: Option<char>,
}
props!(Command { label, kind, act, key });

/// As a text: a path starts with a slash, which no selector does.
impl Prop for Act {
    #[cfg(feature = "ssr")]
    fn write(&self) -> serde_json::Value {
        let (Self::Go(text) | Self::Press(text)) = self;
        text.write()
    }

    fn read(value: &JsValue) -> Self {
        let text = String::read(value);
        if text.starts_with('/') { Self::Go(text) } else { Self::Press(text) }
    }
}

impl Command {
    /// What [`Prop::read`] understands; the kind of a recent choice is another one, and its key is not asked for.
    pub(super) fn to_remember(&self) -> JsValue {
        let (Act::Go(act) | Act::Press(act)) = &self.act;
        Array::of3(&self.label.as_str().into(), &JsValue::UNDEFINED, &act.as_str().into()).into()
    }

    /// Whether every word that was typed stands in the label.
    pub(super) fn fits(&self, typed: &str) -> bool {
        let label = lowercase(&self.label);
        lowercase(typed).split_whitespace().all(|word| label.contains(word))
    }
}

/// By the browser, which has the tables for it already.
fn lowercase(text: &str) -> String {
    JsString::from(text).to_lower_case().into()
}
