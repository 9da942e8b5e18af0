//! What the browser runs: the only code outside of plain pages. Texts come as properties.

mod badge_builder;
mod chart_tip;
mod command;
mod copy_button;
mod import_form;
mod palette;
mod props;
mod shortcuts;
mod toast;
mod what_if;

pub use badge_builder::BadgeTexts;
pub use command::{Act, Command};
pub use import_form::ImportTexts;
pub use palette::PaletteTexts;
pub use props::Prop;
pub use what_if::WhatIfTexts;

#[cfg(feature = "ssr")]
pub use {
    badge_builder::BadgeBuilder, chart_tip::ChartTip, copy_button::CopyButton,
    import_form::ImportForm, palette::Palette, shortcuts::ShortcutSwitch, toast::Toast,
    what_if::WhatIf,
};
