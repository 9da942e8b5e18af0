//! What the browser runs: the only code outside of plain pages. Texts come as properties.

mod copy_button;
mod import_form;
mod what_if;

pub use copy_button::CopyButton;
pub use import_form::{ImportForm, ImportTexts};
pub use what_if::{WhatIf, WhatIfTexts};
