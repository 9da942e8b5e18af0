-- From here on an event waits in the outbox until it was handed to the endpoints that listen, and then leaves it. Nobody
-- could listen to the earlier ones.
DELETE FROM outbox;

-- Where a workspace wants to be told of what happens. Secrets are sealed under the master key; a deleted endpoint has
-- none, and its row stays until its deliveries are gone.
CREATE TABLE webhook_endpoints (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    id TEXT NOT NULL,
    url TEXT NOT NULL,
    description TEXT NOT NULL,
    dialect TEXT NOT NULL,
    events TEXT NOT NULL,
    wallet TEXT,
    sealed_secret TEXT NOT NULL,
    previous_secret TEXT,
    previous_until_ms BIGINT,
    disabled_at_ms BIGINT,
    disabled_reason TEXT,
    failing_since_ms BIGINT,
    attempts BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    last_attempt_at_ms BIGINT,
    created_at_ms BIGINT NOT NULL,
    deleted_at_ms BIGINT,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX webhook_endpoints_deleted ON webhook_endpoints (deleted_at_ms) WHERE deleted_at_ms IS NOT NULL;

-- One row for each endpoint: from when on something may wait for it (NULL: nothing does), and which process sends to it
-- until when. Only the owner sends, so that nothing goes out twice at once and everything starts in its order.
CREATE TABLE webhook_queues (
    workspace_id TEXT NOT NULL,
    endpoint_id TEXT NOT NULL,
    due_at_ms BIGINT,
    owner TEXT NOT NULL,
    owned_until_ms BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, endpoint_id)
);
CREATE INDEX webhook_queues_due ON webhook_queues (due_at_ms) WHERE due_at_ms IS NOT NULL;
CREATE INDEX webhook_queues_owned ON webhook_queues (owner) WHERE owner <> '';

-- An event on its way to one endpoint. `payload` is NULL where the ledger holds the payment. `tries_from` is how many
-- attempts there were when it was last replayed; `next_at_ms` is NULL once it is decided.
CREATE TABLE webhook_deliveries (
    workspace_id TEXT NOT NULL,
    endpoint_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    payload TEXT,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    tries_from BIGINT NOT NULL,
    next_at_ms BIGINT,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, endpoint_id, event_id)
);
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (workspace_id, endpoint_id, next_at_ms, event_id)
    WHERE next_at_ms IS NOT NULL;
CREATE INDEX webhook_deliveries_by_kind ON webhook_deliveries (workspace_id, endpoint_id, kind, state, event_id);

CREATE TABLE webhook_attempts (
    workspace_id TEXT NOT NULL,
    endpoint_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    started_at_ms BIGINT NOT NULL,
    took_ms BIGINT NOT NULL,
    status BIGINT,
    failure TEXT,
    headers TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (workspace_id, endpoint_id, event_id, number)
);
