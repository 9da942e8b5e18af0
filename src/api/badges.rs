//! Badges, drawn once for each thing that a badge can say.

use std::sync::Arc;

use model::badge::{self, DEFAULT_LABEL, Message, Style};
use moka::sync::Cache;

use super::etag::Tagged;

/// Grade and score together say a few hundred different things, in five styles.
const MAX_DRAWN: u64 = 2_000;

/// Badges with the usual label that were drawn before. They never change: what a badge says is its name here. Cheap to
/// clone.
#[derive(Clone)]
pub struct Badges(Cache<(Style, Message), Arc<Tagged>>);

impl Default for Badges {
    fn default() -> Self {
        Self(Cache::new(MAX_DRAWN))
    }
}

impl Badges {
    /// The badge, drawn now if nobody asked for it before or the label is somebody's own.
    pub(super) fn get(&self, style: Style, label: Option<&str>, message: Message) -> Arc<Tagged> {
        let draw = |label| Arc::new(Tagged::new(badge::render(style, label, message)));
        match label {
            Some(label) => draw(label),
            None => self.0.get_with((style, message), || draw(DEFAULT_LABEL)),
        }
    }
}
