use std::time::Duration;

use js_sys::{Array, JSON};
use leptos::ev;
use leptos::html::{Dialog, Input};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, KeyboardEvent, Response};

use super::command::{Act, Command};
use super::props::{Prop, island, parse, props};
use super::shortcuts::{SwitchBox, shortcuts_on};
use crate::components::{Glyph, Icon};

/// What the palette says, in the reader's language.
#[derive(Debug, Clone)]
pub struct PaletteTexts {
    /// On the button that opens it.
    pub open: String,
    /// What its field asks for.
    pub label: String,
    /// The kind of what was chosen before.
    pub recent: String,
    /// When nothing fits.
    pub none: String,
    /// What the arrow keys do.
    pub choose: String,
    /// What Enter does.
    pub run: String,
    /// What Escape does.
    pub close: String,
    /// The heading of the list of shortcuts.
    pub shortcuts: String,
    /// What opens the palette.
    pub opens_palette: String,
    /// What opens the list of shortcuts.
    pub opens_shortcuts: String,
    /// The switch for shortcuts of a single key.
    pub single_keys: String,
}
props!(PaletteTexts {
    open,
    label,
    recent,
    none,
    choose,
    run,
    close,
    shortcuts,
    opens_palette,
    opens_shortcuts,
    single_keys
});

/// Pause in typing after which agents are looked for.
const PAUSE: Duration = Duration::from_millis(120);
/// Milliseconds within which the second key of a shortcut is pressed.
const SECOND_KEY_MS: f64 = 1_500.0;
/// Commands that are remembered.
const RECENT: usize = 5;
/// Where results stop being a choice.
const MAX_RESULTS: usize = 24;

#[derive(Clone, Copy)]
struct State {
    commands: StoredValue<Vec<Command>>,
    recent_key: StoredValue<String>,
    found: RwSignal<Vec<Command>>,
    chosen: RwSignal<usize>,
    asked: StoredValue<u32>,
    palette: NodeRef<Dialog>,
    help: NodeRef<Dialog>,
    input: NodeRef<Input>,
}

island! {
    /// Finds pages, agents and actions by a few letters; opens with Ctrl+K or ⌘K. With it come the shortcuts of
    /// single keys and the list of them.
    Palette = palette(
        /// What this person may do.
        commands: Vec<Command>,
        /// Whose recent choices these are.
        owner: String,
        /// The words.
        texts: PaletteTexts,
    )
}

fn palette(commands: Vec<Command>, owner: String, texts: PaletteTexts) -> impl IntoView {
    let list: Vec<_> = commands
        .iter()
        .filter_map(|c| Some((format!("g {}", c.key?), c.label.clone())))
        .chain([
            ("?".to_owned(), texts.opens_shortcuts.clone()),
            ("Ctrl K / ⌘ K".to_owned(), texts.opens_palette.clone()),
        ])
        .map(|(keys, label)| view! { <div><dt>{label}</dt><dd><kbd>{keys}</kbd></dd></div> })
        .collect();
    let state = State {
        commands: StoredValue::new(commands),
        recent_key: StoredValue::new(format!("recent {owner}")),
        found: RwSignal::new(Vec::new()),
        chosen: RwSignal::new(0),
        asked: StoredValue::new(0),
        palette: NodeRef::new(),
        help: NodeRef::new(),
        input: NodeRef::new(),
    };
    Effect::new(move |_| state.listen());
    let PaletteTexts {
        open, label, recent, none, choose, run, close, shortcuts, single_keys, ..
    } = texts;
    let recent = StoredValue::new(recent);
    let results = move || {
        let chosen = state.chosen.get();
        let option = |(at, command): (usize, Command)| {
            view! {
                <li
                    role="option"
                    id=format!("palette-{at}")
                    aria-selected=if at == chosen { "true" } else { "false" }
                    on:click=move |_| state.run(at)
                >
                    <bdi>{command.label}</bdi>
                    <span class="end">{command.kind}</span>
                </li>
            }
        };
        state.found.get().into_iter().enumerate().map(option).collect_view()
    };
    let empty = move || state.found.with(Vec::is_empty);
    let active = move || (!empty()).then(|| format!("palette-{}", state.chosen.get()));
    view! {
        <button
            class="search-button"
            type="button"
            aria-keyshortcuts="Control+K Meta+K"
            aria-haspopup="dialog"
            on:click=move |_| state.open(recent)
        >
            <Icon of=Glyph::SEARCH/>
            <span>{open}</span>
            <kbd aria-hidden="true">"Ctrl K"</kbd>
        </button>
        <dialog
            class="palette"
            aria-label=label.clone()
            node_ref=state.palette
            on:click=move |e| close_outside(&e)
        >
            <div class="palette-field">
                <Icon of=Glyph::SEARCH/>
                <input
                    type="text"
                    role="combobox"
                    aria-expanded=move || if empty() { "false" } else { "true" }
                    aria-controls="palette-results"
                    aria-activedescendant=active
                    aria-autocomplete="list"
                    aria-label=label.clone()
                    placeholder=label.clone()
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="200"
                    node_ref=state.input
                    on:input=move |_| state.look(recent)
                    on:keydown=move |e| state.steer(&e)
                />
            </div>
            <ul id="palette-results" role="listbox" aria-label=label.clone() hidden=empty>
                {results}
            </ul>
            <p class="palette-none" role="status">
                {move || empty().then(|| none.clone())}
            </p>
            <p class="palette-keys" aria-hidden="true">
                <span><kbd>"↑"</kbd> <kbd>"↓"</kbd> " " {choose}</span>
                <span><kbd>"↵"</kbd> " " {run}</span>
                <span><kbd>"Esc"</kbd> " " {close.clone()}</span>
            </p>
        </dialog>
        <dialog
            class="dialog"
            aria-labelledby="h-shortcuts"
            node_ref=state.help
            on:click=move |e| close_outside(&e)
        >
            <h2 id="h-shortcuts">{shortcuts}</h2>
            <dl class="shortcuts">{list}</dl>
            <SwitchBox label=single_keys/>
            <form method="dialog">
                <button class="button" type="submit">
                    {close}
                </button>
            </form>
        </dialog>
    }
}

/// A click on the dialog itself is one on what lies behind its content.
fn close_outside(event: &ev::MouseEvent) {
    if let Some(dialog) =
        event.target().and_then(|t| t.dyn_into::<web_sys::HtmlDialogElement>().ok())
        && event.current_target().as_ref() == Some(dialog.as_ref())
    {
        dialog.close();
    }
}

impl State {
    fn listen(self) {
        let first_key = StoredValue::new(None::<f64>);
        let handle = window_event_listener(ev::keydown, move |e| {
            let command = e.ctrl_key() || e.meta_key();
            if command && !e.alt_key() && e.key().eq_ignore_ascii_case("k") {
                e.prevent_default();
                if let Some(button) = find(".search-button") {
                    button.click();
                }
            } else if !command && !e.alt_key() && !types(&e) && shortcuts_on() {
                self.single_key(&e, first_key);
            }
        });
        on_cleanup(move || handle.remove());
    }

    fn single_key(self, event: &KeyboardEvent, first_key: StoredValue<Option<f64>>) {
        let now = event.time_stamp();
        let second = first_key.get_value().is_some_and(|at| now - at < SECOND_KEY_MS);
        first_key.set_value(None);
        let key = event.key();
        if key == "?" {
            if let Some(dialog) = self.help.get_untracked() {
                event.prevent_default();
                let _ = dialog.show_modal();
            }
        } else if second {
            let is_key = |c: &Command| c.key.is_some_and(|k| key.chars().eq([k]));
            let command = self.commands.with_value(|all| all.iter().find(|c| is_key(c)).cloned());
            if let Some(command) = command {
                event.prevent_default();
                act(&command.act);
            }
        } else if key == "g" {
            first_key.set_value(Some(now));
        }
    }

    fn open(self, recent: StoredValue<String>) {
        let (Some(dialog), Some(input)) =
            (self.palette.get_untracked(), self.input.get_untracked())
        else {
            return;
        };
        if dialog.open() {
            dialog.close();
            return;
        }
        input.set_value("");
        self.look(recent);
        // Focus goes into the field, stays inside, and returns to where it was: the browser's own doing.
        let _ = dialog.show_modal();
    }

    /// Shows what fits the typed text: recent choices and commands at once, agents when they are found.
    fn look(self, recent: StoredValue<String>) {
        let typed = self.input.get_untracked().map(|i| i.value()).unwrap_or_default();
        let typed = typed.trim().to_owned();
        let kind = recent.get_value();
        let chosen_before =
            self.remembered().into_iter().map(|c| Command { kind: kind.clone(), ..c });
        let all = self.commands.get_value();
        let mut found: Vec<Command> = Vec::new();
        for command in chosen_before.chain(all) {
            let known = found.iter().any(|c| c.act == command.act);
            if !known && command.fits(&typed) {
                found.push(command);
            }
        }
        found.truncate(MAX_RESULTS);
        self.chosen.set(0);
        self.found.set(found);
        let turn = self.asked.with_value(|asked| asked.wrapping_add(1));
        self.asked.set_value(turn);
        if typed.is_empty() {
            return;
        }
        set_timeout(
            move || {
                if self.asked.get_value() != turn {
                    return;
                }
                spawn_local(async move {
                    let agents = agents(&typed).await.unwrap_or_default();
                    if self.asked.get_value() == turn {
                        self.add(agents);
                    }
                });
            },
            PAUSE,
        );
    }

    fn add(self, agents: Vec<Command>) {
        self.found.update(|found| {
            for agent in agents {
                if !found.iter().any(|c| c.act == agent.act) {
                    found.push(agent);
                }
            }
        });
    }

    fn steer(self, event: &KeyboardEvent) {
        let count = self.found.with_untracked(Vec::len);
        let at = self.chosen.get_untracked();
        let to = match event.key().as_str() {
            "ArrowDown" if count > 0 => (at + 1) % count,
            "ArrowUp" if count > 0 => (at + count - 1) % count,
            "Enter" => {
                event.prevent_default();
                return self.run(at);
            }
            _ => return,
        };
        event.prevent_default();
        self.chosen.set(to);
        if let Some(option) = find(&format!("#palette-{to}")) {
            option.scroll_into_view_with_bool(false);
        }
    }

    fn run(self, at: usize) {
        let Some(command) = self.found.with_untracked(|found| found.get(at).cloned()) else {
            return;
        };
        if let Some(dialog) = self.palette.get_untracked() {
            dialog.close();
        }
        let mut recent = self.remembered();
        recent.retain(|c| c.act != command.act);
        recent.insert(0, command.clone());
        recent.truncate(RECENT);
        let recent = recent.iter().map(Command::to_remember).collect::<Array>();
        if let (Some(storage), Ok(text)) = (storage(), JSON::stringify(&recent)) {
            let text = String::from(text);
            let _ = self.recent_key.with_value(|key| storage.set_item(key, &text));
        }
        act(&command.act);
    }

    fn remembered(self) -> Vec<Command> {
        let text = storage()
            .and_then(|storage| self.recent_key.with_value(|key| storage.get_item(key).ok()?));
        text.and_then(|text| parse(&text)).map(|all| Prop::read(&all)).unwrap_or_default()
    }
}

/// The agents with this in name or ids.
async fn agents(typed: &str) -> Option<Vec<Command>> {
    let typed = String::from(js_sys::encode_uri_component(typed));
    let url = format!("/dashboard/search?q={typed}");
    let answer = JsFuture::from(window().fetch_with_str(&url)).await.ok()?;
    let text = answer.dyn_into::<Response>().ok()?.text().ok()?;
    let text = JsFuture::from(text).await.ok()?.as_string()?;
    // Whoever was signed out meanwhile gets a page instead: nothing is found then.
    parse(&text).map(|all| Prop::read(&all))
}

fn act(what: &Act) {
    match what {
        Act::Go(path) => drop(window().location().set_href(path)),
        Act::Press(selector) => {
            if let Some(button) = find(selector) {
                button.click();
            }
        }
    }
}

fn find(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}

/// Whether a key goes into a field or a dialog, and is no shortcut.
fn types(event: &KeyboardEvent) -> bool {
    let fields = "input, textarea, select, dialog, [contenteditable]";
    let target = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    target.is_none_or(|t| t.closest(fields).ok().flatten().is_some())
        || document().query_selector("dialog[open]").ok().flatten().is_some()
}

pub(super) fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
