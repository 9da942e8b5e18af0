//! How an island comes from the server into the browser, with its properties.
//!
//! Leptos's own `#[island]` sends properties through serde, whose parser for the browser is a fifth of all that a
//! visitor would load. Here they are an array, which the browser itself reads: [`island!`] and [`props!`] keep both
//! sides in the same order.

use js_sys::{Array, JSON};
use leptos::prelude::*;
use model::PaymentStatus;
use model::badge::Style;
use model::score::Evidence;
#[cfg(feature = "ssr")]
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};

/// What can be a property of an island.
pub trait Prop: Sized {
    /// As the server sends it.
    #[cfg(feature = "ssr")]
    fn write(&self) -> Value;

    /// As the browser finds it; only ever called with what the server has written.
    fn read(value: &JsValue) -> Self;
}

/// Makes a component of a view that the browser takes over:
/// `island! { /// What it is. Name = view(/// What this is. property: Type) }`.
macro_rules! island {
    ($(#[$doc:meta])* $name:ident = $view:ident(
        $($(#[$prop_doc:meta])* $prop:ident: $type:ty),* $(,)?
    )) => {
        $(#[$doc])*
        #[cfg(feature = "ssr")]
        #[leptos::component]
        pub fn $name($($(#[$prop_doc])* $prop: $type),*) -> impl leptos::IntoView {
            let props = vec![$($crate::islands::Prop::write(&$prop)),*];
            $crate::islands::props::render(stringify!($name), props, move || $view($($prop),*))
        }

        /// Takes over what the server has rendered; `boot.js` calls it by the island's name.
        #[cfg(not(feature = "ssr"))]
        #[wasm_bindgen::prelude::wasm_bindgen(js_name = $name)]
        pub fn hydrate(island: &web_sys::Element) {
            $crate::islands::props::hydrate(island, |props| $view($(props.next::<$type>()),*));
        }
    };
}
pub(super) use island;

/// Makes a struct a property: all its fields, in one order for both sides.
macro_rules! props {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::islands::Prop for $name {
            #[cfg(feature = "ssr")]
            fn write(&self) -> serde_json::Value {
                let Self { $($field),* } = self;
                serde_json::Value::Array(vec![$($crate::islands::Prop::write($field)),*])
            }

            fn read(value: &wasm_bindgen::JsValue) -> Self {
                let mut fields = $crate::islands::props::Fields::of(value);
                Self { $($field: fields.next()),* }
            }
        }
    };
}
pub(super) use props;

/// The island with its properties in the page.
#[cfg(feature = "ssr")]
pub(super) fn render<V: IntoView>(
    name: &'static str,
    props: Vec<Value>,
    view: impl FnOnce() -> V + 'static,
) -> impl IntoView {
    use leptos::tachys::{html::islands::Island, reactive_graph::OwnedView};

    let view = Owner::new().with(|| Owner::with_hydration(|| OwnedView::new(view().into_view())));
    Island::new(name, view).with_props(Value::Array(props).to_string())
}

/// Gives the island's elements their life, for as long as the page stands.
#[cfg(not(feature = "ssr"))]
pub(super) fn hydrate<V: IntoView>(island: &web_sys::Element, view: impl FnOnce(&mut Fields) -> V) {
    use leptos::tachys::view::Position;

    let text = island.get_attribute("data-props").unwrap_or_default();
    let mut fields = Fields::of(&parse(&text).unwrap_or_default());
    let owner = Owner::new();
    let state = owner.with(|| {
        let view = view(&mut fields).into_view();
        view.hydrate_from_position::<true>(island, Position::FirstChild)
    });
    std::mem::forget((owner, state));
}

/// An array that came as a text.
pub(super) fn parse(text: &str) -> Option<JsValue> {
    JSON::parse(text).ok().filter(Array::is_array)
}

/// Properties that are read one after the other.
pub(super) struct Fields {
    all: Array,
    at: u32,
}

impl Fields {
    pub(super) fn of(value: &JsValue) -> Self {
        Self { all: value.unchecked_ref::<Array>().clone(), at: 0 }
    }

    pub(super) fn next<P: Prop>(&mut self) -> P {
        let value = self.all.get(self.at);
        self.at += 1;
        P::read(&value)
    }
}

impl Prop for String {
    #[cfg(feature = "ssr")]
    fn write(&self) -> Value {
        Value::String(self.clone())
    }

    fn read(value: &JsValue) -> Self {
        value.as_string().unwrap_or_default()
    }
}

impl Prop for bool {
    #[cfg(feature = "ssr")]
    fn write(&self) -> Value {
        Value::Bool(*self)
    }

    fn read(value: &JsValue) -> Self {
        value.is_truthy()
    }
}

impl Prop for Option<char> {
    #[cfg(feature = "ssr")]
    fn write(&self) -> Value {
        Value::String(self.iter().collect())
    }

    fn read(value: &JsValue) -> Self {
        String::read(value).chars().next()
    }
}

impl<P: Prop> Prop for Vec<P> {
    #[cfg(feature = "ssr")]
    fn write(&self) -> Value {
        Value::Array(self.iter().map(Prop::write).collect())
    }

    fn read(value: &JsValue) -> Self {
        let all: &Array = value.unchecked_ref();
        (0..all.length()).map(|at| P::read(&all.get(at))).collect()
    }
}

impl<A: Prop, B: Prop> Prop for (A, B) {
    #[cfg(feature = "ssr")]
    fn write(&self) -> Value {
        Value::Array(vec![self.0.write(), self.1.write()])
    }

    fn read(value: &JsValue) -> Self {
        let mut fields = Fields::of(value);
        (fields.next(), fields.next())
    }
}

/// Types that have a text already. Whole numbers too: the browser's own hold only 53 bits.
macro_rules! as_text {
    ($($type:ty, $fallback:expr;)*) => {$(
        impl Prop for $type {
            #[cfg(feature = "ssr")]
            fn write(&self) -> Value {
                Value::String(self.to_string())
            }

            fn read(value: &JsValue) -> Self {
                String::read(value).parse().unwrap_or($fallback)
            }
        }
    )*};
}
as_text! {
    i64, 0;
    PaymentStatus, PaymentStatus::OnTime;
    Style, Style::ALL[0];
}

props!(Evidence {
    recorded_day,
    event_day,
    status,
    self_payment,
    known_currency,
    count,
    weight_sum,
    value_sum,
});
