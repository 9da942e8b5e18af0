-- `signing_keys` anew, for SQLite cannot take a UNIQUE away: one key of each purpose signs, and those before it
-- (`replaced_at_ms`) only verify; `sealed_secret` of these is empty.
CREATE TABLE signing_keys_anew (
    id TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    public_key TEXT NOT NULL,
    sealed_secret TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    replaced_at_ms BIGINT
);
INSERT INTO signing_keys_anew (id, purpose, public_key, sealed_secret, created_at_ms, replaced_at_ms)
    SELECT id, purpose, public_key, sealed_secret, created_at_ms, NULL FROM signing_keys;
DROP TABLE signing_keys;
ALTER TABLE signing_keys_anew RENAME TO signing_keys;
CREATE UNIQUE INDEX signing_keys_in_force ON signing_keys (purpose) WHERE replaced_at_ms IS NULL;
