use leptos::prelude::*;
use service::Zone;

use super::{Form, Select, Submit, Weight};

/// Chooses the time zone of the workspace: where its days begin.
#[component]
pub fn TimeZoneForm(
    /// The zone that holds now.
    zone: Zone,
) -> impl IntoView {
    let chosen = zone.name().to_owned();
    let zones: Vec<_> = Zone::names().into_iter().map(|name| (name.clone(), name)).collect();
    view! {
        <Form name="set_time_zone">
            <Select
                name="time_zone"
                label=t!("zone-label")
                options=zones
                value=chosen
            />
            <Submit label=t!("zone-save") weight=Weight::Normal/>
        </Form>
    }
}
