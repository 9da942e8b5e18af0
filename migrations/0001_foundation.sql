-- One text for SQLite and Postgres: TEXT, BIGINT, DOUBLE PRECISION and BOOLEAN only; times are Unix milliseconds
-- (`_ms`); money is millionths of the currency unit (`_micros`). Keys begin with the workspace. See migrations/README.md.

CREATE TABLE users (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    operator BOOLEAN NOT NULL,
    created_at_ms BIGINT NOT NULL
);

CREATE TABLE workspaces (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    plan TEXT NOT NULL,
    operator_owned BOOLEAN NOT NULL,
    time_zone TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL
);

CREATE TABLE memberships (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX memberships_by_user ON memberships (user_id);

-- Browser sessions and the sessions behind signed tokens. `data` is sealed under the master key.
CREATE TABLE sessions (
    id_hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    user_id TEXT REFERENCES users (id),
    workspace_id TEXT REFERENCES workspaces (id),
    data TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    last_seen_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at_ms);

CREATE TABLE api_keys (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    id TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    hint TEXT NOT NULL,
    permissions TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT,
    last_used_at_ms BIGINT,
    revoked_at_ms BIGINT,
    PRIMARY KEY (workspace_id, id)
);

-- The counters are written in the transaction that records a payment; updating this row first is what keeps two
-- writers of one agent apart.
CREATE TABLE agents (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    id TEXT NOT NULL UNIQUE,
    external_id TEXT NOT NULL UNIQUE,
    gopi_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    framework TEXT NOT NULL,
    visibility TEXT NOT NULL,
    status TEXT NOT NULL,
    payments_total BIGINT NOT NULL,
    payments_autonomous BIGINT NOT NULL,
    payments_on_time BIGINT NOT NULL,
    payments_received BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    deleted_at_ms BIGINT,
    PRIMARY KEY (workspace_id, id)
);

-- No foreign key here and below: a deleted agent's payments stay, and every look-up would be paid per payment.
CREATE TABLE payments (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    direction TEXT NOT NULL,
    rail TEXT NOT NULL,
    status TEXT NOT NULL,
    amount_micros BIGINT NOT NULL,
    currency TEXT NOT NULL,
    source TEXT NOT NULL,
    autonomous BOOLEAN NOT NULL,
    self_payment BOOLEAN NOT NULL,
    counterparty TEXT,
    reference TEXT,
    happened_at_ms BIGINT NOT NULL,
    due_at_ms BIGINT,
    recorded_at_ms BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    via TEXT NOT NULL,
    salt TEXT NOT NULL,
    leaf_hash TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX payments_by_agent ON payments (workspace_id, agent_id, id);
CREATE UNIQUE INDEX payments_by_reference ON payments (workspace_id, agent_id, reference) WHERE reference IS NOT NULL;

-- What a score is made of: sums per recorded day and event day, so that scoring reads days, not payments.
CREATE TABLE evidence (
    workspace_id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    recorded_day BIGINT NOT NULL,
    event_day BIGINT NOT NULL,
    status TEXT NOT NULL,
    self_payment BOOLEAN NOT NULL,
    known_currency BOOLEAN NOT NULL,
    count BIGINT NOT NULL,
    weight_sum BIGINT NOT NULL,
    value_sum BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, agent_id, recorded_day, event_day, status, self_payment, known_currency)
);

-- One running hash over the scored payments of a recorded day: a certificate's digest is made of these.
CREATE TABLE evidence_days (
    workspace_id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    recorded_day BIGINT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (workspace_id, agent_id, recorded_day)
);

-- Sums for charts and totals, by the quarter of an hour in which a payment happened.
-- The sum is micros_hi * 10^9 + micros_lo with 0 <= micros_lo < 10^9: totals may pass 64 bits, and SUM over either
-- column does not.
CREATE TABLE payment_rollups (
    workspace_id TEXT NOT NULL,
    quarter_ms BIGINT NOT NULL,
    agent_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    direction TEXT NOT NULL,
    rail TEXT NOT NULL,
    status TEXT NOT NULL,
    count BIGINT NOT NULL,
    micros_hi BIGINT NOT NULL,
    micros_lo BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, quarter_ms, agent_id, currency, direction, rail, status)
);
CREATE INDEX payment_rollups_by_agent ON payment_rollups (workspace_id, agent_id, quarter_ms);

CREATE TABLE certificates (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    id TEXT NOT NULL UNIQUE,
    agent_id TEXT NOT NULL,
    gopi_id TEXT NOT NULL,
    score BIGINT NOT NULL,
    grade TEXT NOT NULL,
    confidence TEXT NOT NULL,
    n BIGINT NOT NULL,
    s DOUBLE PRECISION NOT NULL,
    f DOUBLE PRECISION NOT NULL,
    bound DOUBLE PRECISION NOT NULL,
    ceiling TEXT,
    breakdown TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    as_of_ms BIGINT NOT NULL,
    digest TEXT NOT NULL,
    self_issued BOOLEAN NOT NULL,
    credential TEXT NOT NULL,
    issued_at_ms BIGINT NOT NULL,
    valid_until_ms BIGINT NOT NULL,
    superseded_at_ms BIGINT,
    suspended_at_ms BIGINT,
    revoked_at_ms BIGINT,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX certificates_by_agent ON certificates (workspace_id, agent_id, id);
CREATE INDEX certificates_by_end ON certificates (workspace_id, valid_until_ms)
    WHERE superseded_at_ms IS NULL AND revoked_at_ms IS NULL;

-- `leaf_hash` commits to the entry through a salted hash of `detail`: destroying detail and salt leaves it valid.
CREATE TABLE audit (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    actor TEXT NOT NULL,
    via TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    salt TEXT NOT NULL,
    leaf_hash TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX audit_by_subject ON audit (workspace_id, subject, id);

-- A payment is its own payload (NULL here): the ledger holds it already.
CREATE TABLE outbox (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    payload TEXT,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE idempotency (
    workspace_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    outcome TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, scope, key)
);
CREATE INDEX idempotency_by_time ON idempotency (created_at_ms);

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- Shared by all processes; `sealed_secret` is encrypted under the master key.
CREATE TABLE signing_keys (
    id TEXT PRIMARY KEY,
    purpose TEXT NOT NULL UNIQUE,
    public_key TEXT NOT NULL,
    sealed_secret TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL
);
