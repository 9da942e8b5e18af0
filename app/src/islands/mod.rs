//! What the browser runs: the only code outside of plain pages. Texts come as properties.

mod badge_builder;
mod chart_tip;
mod copy_button;
mod import_form;
mod palette;
mod shortcuts;
mod toast;
mod what_if;

pub use badge_builder::{BadgeBuilder, BadgeTexts};
pub use chart_tip::ChartTip;
pub use copy_button::CopyButton;
pub use import_form::{ImportForm, ImportTexts};
pub use palette::{Act, Command, Palette, PaletteTexts};
pub use shortcuts::ShortcutSwitch;
pub use toast::Toast;
pub use what_if::{WhatIf, WhatIfTexts};
