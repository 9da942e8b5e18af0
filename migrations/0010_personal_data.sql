-- When its owner asked for a workspace to be erased, and when it will be; NULL: nobody asked.
ALTER TABLE workspaces ADD COLUMN deletion_asked_at_ms BIGINT;
ALTER TABLE workspaces ADD COLUMN deletion_due_at_ms BIGINT;
CREATE INDEX workspaces_to_erase ON workspaces (deletion_due_at_ms) WHERE deletion_due_at_ms IS NOT NULL;

-- What was erased, by ids that nothing else holds any more: a backup that still has them is erased again.
CREATE TABLE erasures (
    workspace_id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    erased_at_ms BIGINT NOT NULL
);
CREATE INDEX erasures_by_time ON erasures (erased_at_ms);

-- The salted hash that stands in the leaf, once the detail that it commits to was erased; NULL before.
ALTER TABLE audit ADD COLUMN commitment TEXT;
CREATE INDEX audit_of_actor ON audit (actor);
CREATE INDEX audit_by_time ON audit (at_ms);
CREATE INDEX payment_amendments_by_actor ON payment_amendments (amended_by);

-- Archives of an account that were too large to be made while one waits. The file is beside the database.
CREATE TABLE exports (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL,
    state TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    done_count BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    touched_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX exports_by_end ON exports (expires_at_ms);
CREATE INDEX exports_running ON exports (touched_at_ms) WHERE state = 'running';

-- Whether search engines may list the public page.
ALTER TABLE agents ADD COLUMN unlisted BOOLEAN NOT NULL DEFAULT FALSE;

-- What somebody has against a score, and what a person answered.
CREATE TABLE contests (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    agent_id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    message TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    answer TEXT,
    answered_by TEXT,
    answered_at_ms BIGINT,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX contests_open ON contests (id) WHERE answered_at_ms IS NULL;

CREATE INDEX api_keys_by_ip ON api_keys (last_used_at_ms) WHERE last_used_ip IS NOT NULL;
