-- Accounts that somebody wants, by an address that has not been proved. Only the hash of the secret in the mailed link is
-- kept. A row of an address that has an account is there to count mails alone: nobody has its secret.
CREATE TABLE registrations (
    hash TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    lang TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL
);
CREATE INDEX registrations_by_email ON registrations (email, created_at_ms);
CREATE INDEX registrations_by_expiry ON registrations (expires_at_ms);

-- `mails` anew, for SQLite cannot take a NOT NULL away: a NULL `user_id` is a mail to somebody who has no account and
-- wants one.
CREATE TABLE mails_anew (
    id TEXT PRIMARY KEY,
    user_id TEXT REFERENCES users (id),
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    lang TEXT NOT NULL,
    sealed_letter TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    failure TEXT,
    next_at_ms BIGINT,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    decided_at_ms BIGINT
);
INSERT INTO mails_anew (id, user_id, kind, address, lang, sealed_letter, state, attempts, failure, next_at_ms,
        created_at_ms, expires_at_ms, decided_at_ms)
    SELECT id, user_id, kind, address, lang, sealed_letter, state, attempts, failure, next_at_ms,
        created_at_ms, expires_at_ms, decided_at_ms FROM mails;
DROP TABLE mails;
ALTER TABLE mails_anew RENAME TO mails;
CREATE INDEX mails_by_user ON mails (user_id, id);
CREATE INDEX mails_waiting ON mails (next_at_ms) WHERE next_at_ms IS NOT NULL;
CREATE INDEX mails_decided ON mails (decided_at_ms) WHERE decided_at_ms IS NOT NULL;
CREATE INDEX mails_of_nobody ON mails (address) WHERE user_id IS NULL;
