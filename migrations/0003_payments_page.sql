-- Lists of payments in the order in which they happened, and imported files.

-- The kinds of payments that a workspace has, without what may still change (the status). A filtered list seeks in
-- `payments_by_kind` once for each matching kind and status, so that it reads what it shows however rare that is.
CREATE TABLE payment_kinds (
    workspace_id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    direction TEXT NOT NULL,
    rail TEXT NOT NULL,
    currency TEXT NOT NULL,
    autonomous BOOLEAN NOT NULL,
    PRIMARY KEY (workspace_id, agent_id, direction, rail, currency, autonomous)
);
INSERT INTO payment_kinds (workspace_id, agent_id, direction, rail, currency, autonomous)
    SELECT DISTINCT workspace_id, agent_id, direction, rail, currency, autonomous FROM payments;

DROP INDEX payments_by_agent;
CREATE INDEX payments_by_time ON payments (workspace_id, happened_at_ms, id);
CREATE INDEX payments_by_kind ON payments
    (workspace_id, agent_id, direction, rail, currency, autonomous, status, happened_at_ms, id);

-- One uploaded file. `staging`: its rows are being read, and nothing of it shows. `publishing`: every row is good, and
-- the rest will be published whatever happens. `done`.
CREATE TABLE imports (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    agent_external_id TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    via TEXT NOT NULL,
    state TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    done_count BIGINT NOT NULL,
    imported BIGINT NOT NULL,
    skipped BIGINT NOT NULL,
    counted BIGINT NOT NULL,
    idempotency TEXT,
    created_at_ms BIGINT NOT NULL,
    touched_at_ms BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX imports_running ON imports (workspace_id, agent_id) WHERE state <> 'done';

-- The rows of a file that is not published yet. `content` is a hash of everything that makes two rows the same.
CREATE TABLE import_rows (
    workspace_id TEXT NOT NULL,
    import_id TEXT NOT NULL,
    line BIGINT NOT NULL,
    reference TEXT,
    content TEXT NOT NULL,
    payment TEXT NOT NULL,
    PRIMARY KEY (workspace_id, import_id, line)
);

-- How often each row without a reference was imported, and how often the running import has met it: identical rows
-- are told apart by their count.
CREATE TABLE import_contents (
    workspace_id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    content TEXT NOT NULL,
    imported BIGINT NOT NULL,
    import_id TEXT NOT NULL,
    met BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, agent_id, content)
);
