use leptos::context::Provider;
use leptos::prelude::*;

use super::{Banner, Glyph, Icon, Tone, Weight};
use crate::page::{FormState, PageCx};
use crate::server::FORM_OF;

/// What the fields of a form share: its name and what came back from the last try.
#[derive(Debug, Clone)]
struct FormCx {
    name: &'static str,
    state: FormState,
}

impl FormCx {
    fn field(name: &str) -> FieldCx {
        let form: Self = expect_context();
        FieldCx {
            id: format!("{}-{name}", form.name),
            error: form.state.error(name).map(str::to_owned),
            typed: form.state.typed(name).map(str::to_owned),
            focus: form.state.first_wrong() == Some(name),
        }
    }
}

struct FieldCx {
    id: String,
    error: Option<String>,
    typed: Option<String>,
    /// The first wrong field takes the focus, so that one hears and sees what to do.
    focus: bool,
}

impl FieldCx {
    fn hint_id(&self) -> String {
        format!("{}-hint", self.id)
    }

    fn error_id(&self) -> String {
        format!("{}-error", self.id)
    }

    fn described_by(&self, hint: bool) -> Option<String> {
        let ids = [hint.then(|| self.hint_id()), self.error.is_some().then(|| self.error_id())];
        let ids: Vec<_> = ids.into_iter().flatten().collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn invalid(&self) -> Option<&'static str> {
        self.error.is_some().then_some("true")
    }

    /// Hint and error, below the control.
    fn notes(&self, hint: Option<String>) -> impl IntoView + use<> {
        let (hint_id, error_id) = (self.hint_id(), self.error_id());
        let error = self.error.clone();
        view! {
            {hint.map(|text| view! { <p class="hint" id=hint_id>{text}</p> })}
            {error.map(|text| view! { <FieldError id=error_id text/> })}
        }
    }
}

/// What is wrong with a field, below its control, which refers to it.
#[component]
pub fn FieldError(
    /// What the control is described by.
    id: String,
    /// What is wrong.
    text: String,
) -> impl IntoView {
    view! {
        <p class="error" id=id>
            <Icon of=Glyph::ALERT/>
            {text}
        </p>
    }
}

fn optional_mark(optional: bool) -> impl IntoView {
    optional.then(|| view! { <span class="optional">{t!("forms-optional")}</span> })
}

/// A form that posts to the server function of its name. After a refused try its fields hold what was typed, with each
/// error beside its field; checks happen on the server, so that they are the same with and without script.
#[component]
pub fn Form(
    /// The server function, such as `create_agent`.
    name: &'static str,
    /// Classes of the form element.
    #[prop(default = "form")]
    class: &'static str,
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    let cx = PageCx::current();
    let state = cx.form.filter(|state| state.form == name).unwrap_or_default();
    let general = state.error("").map(|text| {
        view! { <Banner tone=Tone::Bad text=text.to_owned() alert=true/> }
    });
    // If the session has ended when the form is sent, what was typed comes back to the same person alone.
    let of = cx.viewer.map(|viewer| {
        view! { <input type="hidden" name=FORM_OF value=viewer.id.to_string()/> }
    });
    view! {
        <form class=class method="post" action=format!("/fn/{name}") novalidate>
            <input type="hidden" name="back" value=cx.path/>
            {of}
            {general}
            <Provider value=FormCx { name, state }>{children()}</Provider>
        </form>
    }
}

/// The kind of an [`Field`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// One line of text.
    #[default]
    Text,
    /// An e-mail address.
    Email,
    /// A password: never filled in again.
    Password,
    /// A whole number.
    Number,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Text | Self::Number => "text",
            Self::Email => "email",
            Self::Password => "password",
        }
    }
}

/// A labelled input of one line, inside a [`Form`].
#[component]
pub fn Field(
    /// Its name in the post.
    name: &'static str,
    /// What it asks for.
    #[prop(into)]
    label: String,
    /// What kind of text it takes.
    #[prop(optional)]
    kind: Kind,
    /// What it holds before anything was typed.
    #[prop(optional, into)]
    value: Option<String>,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What the browser may fill in, as HTML names it.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether it may stay empty, which the label then says.
    #[prop(optional)]
    optional: bool,
    /// Whether it holds code or an id.
    #[prop(optional)]
    code: bool,
) -> impl IntoView {
    let cx = FormCx::field(name);
    let class = if code { "input input-code" } else { "input" };
    let shown = if kind == Kind::Password { None } else { cx.typed.clone().or(value) };
    let numeric = (kind == Kind::Number).then_some("numeric");
    view! {
        <div class="field">
            <label for=cx.id.clone()>{label} {optional_mark(optional)}</label>
            <input
                class=class
                id=cx.id.clone()
                name=name
                type=kind.as_str()
                inputmode=numeric
                value=shown
                autocomplete=autocomplete
                spellcheck=code.then_some("false")
                required=!optional
                autofocus=cx.focus
                aria-invalid=cx.invalid()
                aria-describedby=cx.described_by(hint.is_some())
            />
            {cx.notes(hint)}
        </div>
    }
}

/// A labelled input of several lines, inside a [`Form`].
#[component]
pub fn TextArea(
    /// Its name in the post.
    name: &'static str,
    /// What it asks for.
    #[prop(into)]
    label: String,
    /// What it holds before anything was typed.
    #[prop(optional, into)]
    value: Option<String>,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether it may stay empty, which the label then says.
    #[prop(optional)]
    optional: bool,
    /// How many lines it shows at once.
    #[prop(default = 3)]
    rows: u16,
) -> impl IntoView {
    let cx = FormCx::field(name);
    let shown = cx.typed.clone().or(value).unwrap_or_default();
    view! {
        <div class="field">
            <label for=cx.id.clone()>{label} {optional_mark(optional)}</label>
            <textarea
                class="input"
                id=cx.id.clone()
                name=name
                rows=rows.to_string()
                required=!optional
                autofocus=cx.focus
                aria-invalid=cx.invalid()
                aria-describedby=cx.described_by(hint.is_some())
            >
                {shown}
            </textarea>
            {cx.notes(hint)}
        </div>
    }
}

/// A labelled choice of one from a list, inside a [`Form`].
#[component]
pub fn Select(
    /// Its name in the post.
    name: &'static str,
    /// What it asks for.
    #[prop(into)]
    label: String,
    /// Values with what they are called.
    options: Vec<(String, String)>,
    /// The value that is chosen before anything was.
    #[prop(into)]
    value: String,
    /// What helps to choose.
    #[prop(optional, into)]
    hint: Option<String>,
) -> impl IntoView {
    let cx = FormCx::field(name);
    let chosen = cx.typed.clone().unwrap_or(value);
    let options = options
        .into_iter()
        .map(|(value, label)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{label}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=cx.id.clone()>{label}</label>
            <span class="select">
                <select
                    class="input"
                    id=cx.id.clone()
                    name=name
                    autofocus=cx.focus
                    aria-invalid=cx.invalid()
                    aria-describedby=cx.described_by(hint.is_some())
                >
                    {options}
                </select>
                <Icon of=Glyph::DOWN/>
            </span>
            {cx.notes(hint)}
        </div>
    }
}

/// A labelled choice of one of a few, each with a sentence, inside a [`Form`].
#[component]
pub fn Choice(
    /// Its name in the post.
    name: &'static str,
    /// What it asks for.
    #[prop(into)]
    label: String,
    /// Values with what they are called and what they mean.
    options: Vec<(String, String, String)>,
    /// The value that is chosen before anything was.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    let cx = FormCx::field(name);
    let chosen = cx.typed.clone().unwrap_or(value);
    let options = options
        .into_iter()
        .map(|(value, label, meaning)| {
            let checked = value == chosen;
            view! {
                <label class="check">
                    <input type="radio" name=name value=value checked=checked/>
                    <span>{label}</span>
                    <small>{meaning}</small>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field" aria-describedby=cx.described_by(false)>
            <legend>{label}</legend>
            {options}
            {cx.notes(None)}
        </fieldset>
    }
}

/// A box to tick, inside a [`Form`].
#[component]
pub fn CheckBox(
    /// Its name in the post; the value is `on`, or `value`.
    name: &'static str,
    /// What ticking it says.
    #[prop(into)]
    label: String,
    /// What it means.
    #[prop(optional, into)]
    meaning: Option<String>,
    /// What is posted when it is ticked.
    #[prop(default = "on")]
    value: &'static str,
    /// Whether it is ticked at first.
    #[prop(optional)]
    checked: bool,
) -> impl IntoView {
    view! {
        <label class="check">
            <input type="checkbox" name=name value=value checked=checked/>
            <span>{label}</span>
            {meaning.map(|text| view! { <small>{text}</small> })}
        </label>
    }
}

/// The button that sends a [`Form`].
#[component]
pub fn Submit(
    /// What happens: a verb.
    #[prop(into)]
    label: String,
    /// How much it stands out.
    #[prop(default = Weight::Primary)]
    weight: Weight,
    /// Whether it is as wide as the form.
    #[prop(optional)]
    wide: bool,
) -> impl IntoView {
    let class = format!("{}{}", weight.class(), if wide { " button-wide" } else { "" });
    view! {
        <div class="submit">
            <button class=class type="submit">
                {label}
            </button>
        </div>
    }
}
