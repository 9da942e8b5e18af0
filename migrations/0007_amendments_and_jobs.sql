-- How a payment was first recorded, where its status was amended since; NULL: never.
ALTER TABLE payments ADD COLUMN first_status TEXT;
-- A dispute is resolved by somebody of another workspace, who names the payment alone.
CREATE INDEX payments_disputed ON payments (id) WHERE status = 'disputed';

-- Every amendment of a payment's status. `workspace_id` is the payment's; whoever amended it may be of another one.
CREATE TABLE payment_amendments (
    workspace_id TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    id TEXT NOT NULL,
    from_status TEXT NOT NULL,
    to_status TEXT NOT NULL,
    resolution TEXT,
    party TEXT NOT NULL,
    amended_by TEXT NOT NULL,
    via TEXT NOT NULL,
    amended_at_ms BIGINT NOT NULL,
    salt TEXT NOT NULL,
    leaf_hash TEXT NOT NULL,
    PRIMARY KEY (workspace_id, payment_id, id)
);

-- Work that one process does for all: until when somebody has it in hand, and which of its times is done.
CREATE TABLE jobs (
    name TEXT PRIMARY KEY,
    done_ms BIGINT NOT NULL,
    lease_until_ms BIGINT NOT NULL
);

-- The last notice that was given of a certificate's end: 0 none, 1 two weeks before, 2 three days before, 3 ended.
ALTER TABLE certificates ADD COLUMN notice BIGINT NOT NULL DEFAULT 0;
CREATE INDEX certificates_by_notice ON certificates (valid_until_ms)
    WHERE superseded_at_ms IS NULL AND revoked_at_ms IS NULL AND notice < 3;
CREATE INDEX certificates_to_recompute ON certificates (id)
    WHERE superseded_at_ms IS NULL AND revoked_at_ms IS NULL AND suspended_at_ms IS NULL;
