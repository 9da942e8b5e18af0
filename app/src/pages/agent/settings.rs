use leptos::prelude::*;
use model::{Agent, AgentStatus};

use super::{Part, frame};
use crate::components::{Field, Form, PostButton, SectionHead, Submit, Weight};
use crate::pages::agents::fields;

/// What can be changed of an agent, and how to be rid of it.
pub fn settings(agent: Agent, unlisted: bool) -> impl IntoView {
    let id = agent.id.to_string();
    let same_id = id.clone();
    let (name, description) = (agent.name.clone(), agent.description.clone());
    let (framework, visibility) = (agent.framework, agent.visibility);
    let confirmed = name.clone();
    let version = agent.version;
    let (listed_id, listing, to) = if unlisted {
        (id.clone(), t!("contest-list-again"), "off")
    } else {
        (id.clone(), t!("contest-unlist"), "on")
    };
    let archived = agent.status == AgentStatus::Archived;
    let archive = if archived {
        view! {
            <SectionHead id="h-archive" title=t!("agent-unarchive") lead=t!("agent-unarchive-text")/>
            <PostButton action="unarchive_agent" label=t!("agent-unarchive") with=("id", id.clone())/>
        }
        .into_any()
    } else {
        view! {
            <SectionHead id="h-archive" title=t!("agent-archive") lead=t!("agent-archive-text")/>
            <PostButton action="archive_agent" label=t!("agent-archive") with=("id", id.clone())/>
        }
        .into_any()
    };
    let body = view! {
        <section aria-labelledby="h-edit">
            <SectionHead id="h-edit" title=t!("agent-edit")/>
            <Form name="update_agent">
                <input type="hidden" name="id" value=same_id/>
                <input type="hidden" name="version" value=version/>
                {fields(Some(name), Some(description), framework, visibility)}
                <Submit label=t!("agent-save")/>
            </Form>
        </section>
        <section class="section" aria-labelledby="h-listed">
            <SectionHead id="h-listed" title=t!("contest-search") lead=t!("contest-search-text")/>
            <PostButton
                action="set_agent_unlisted"
                label=listing
                with=("id", listed_id)
                and=("unlisted", to.to_owned())
            />
        </section>
        <section class="section" aria-labelledby="h-archive">
            {archive}
        </section>
        <section class="section" aria-labelledby="h-delete">
            <SectionHead id="h-delete" title=t!("agent-delete") lead=t!("agent-delete-text")/>
            <Form name="delete_agent">
                <input type="hidden" name="id" value=id/>
                <Field name="confirm" label=t!("agent-delete-confirm", name = confirmed)/>
                <Submit label=t!("agent-delete") weight=Weight::Danger/>
            </Form>
        </section>
    };
    frame(agent, Part::Settings, None, body)
}
