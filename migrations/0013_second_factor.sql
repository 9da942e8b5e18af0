-- Where a session is used: device and network as they are shown, no more than that.
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN network TEXT NOT NULL DEFAULT '';

-- The app that makes codes. `last_step` is the time step of the last code that was taken: each works once.
CREATE TABLE totp (
    user_id TEXT PRIMARY KEY REFERENCES users (id),
    sealed_secret TEXT NOT NULL,
    last_step BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL
);

-- A code that was used is gone.
CREATE TABLE recovery_codes (
    user_id TEXT NOT NULL REFERENCES users (id),
    hash TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (user_id, hash)
);

CREATE TABLE passkeys (
    user_id TEXT NOT NULL REFERENCES users (id),
    id TEXT NOT NULL,
    credential_id TEXT NOT NULL UNIQUE,
    credential TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    last_used_at_ms BIGINT,
    PRIMARY KEY (user_id, id)
);

-- Codes and passwords that a person with one foot in the door has tried since a time.
CREATE TABLE factor_tries (
    user_id TEXT PRIMARY KEY REFERENCES users (id),
    tries BIGINT NOT NULL,
    since_ms BIGINT NOT NULL
);
