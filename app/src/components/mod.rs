//! The parts that pages are built from. Each file is one part of the visual language; the classes are in `style/`.

mod icon;

#[cfg(feature = "ssr")]
mod button;
#[cfg(feature = "ssr")]
mod certificate;
#[cfg(feature = "ssr")]
mod code;
#[cfg(feature = "ssr")]
mod dial;
#[cfg(feature = "ssr")]
mod feedback;
#[cfg(feature = "ssr")]
mod form;
#[cfg(feature = "ssr")]
mod layout;
#[cfg(feature = "ssr")]
mod logo;
#[cfg(feature = "ssr")]
mod markdown;
#[cfg(feature = "ssr")]
mod preferences;
#[cfg(feature = "ssr")]
mod rosette;
#[cfg(feature = "ssr")]
mod table;
#[cfg(feature = "ssr")]
mod time_zone;
#[cfg(feature = "ssr")]
mod waterfall;
#[cfg(feature = "ssr")]
mod words;

pub use icon::{Glyph, Icon};

#[cfg(feature = "ssr")]
pub use {
    button::{PostButton, Weight},
    certificate::{CertificateCard, certificate_tone},
    code::{CodeBlock, CopyField},
    dial::{Dial, EmptyDial, Ring},
    feedback::{Banner, EmptyState, FlashNote, Tone},
    form::{CheckBox, Choice, Field, FieldError, Form, Kind, Select, Submit, TextArea},
    layout::{PageHead, SectionHead, Tab, Tabs},
    logo::Logo,
    markdown::Markdown,
    preferences::{AccountMenu, LanguageSwitch, ThemeSwitch},
    rosette::{Band, Braid, Microprint, Rosette},
    table::{Pagination, Table},
    time_zone::TimeZoneForm,
    waterfall::Waterfall,
    words::{
        GradeChip, Money, Pill, ScoreCell, Time, ceiling_text, certificate_state_label,
        confidence_label, confidence_level_label, direction_label, framework_label, line_label,
        payment_source_label, payment_status_label, payment_status_tone, plan_label, rail_label,
        role_label, role_meaning,
    },
};
