-- The language that a person uses, for what is sent; when the e-mail address was proved by a mail (NULL: never).
ALTER TABLE users ADD COLUMN lang TEXT NOT NULL DEFAULT 'en';
ALTER TABLE users ADD COLUMN verified_at_ms BIGINT;
CREATE INDEX users_operators ON users (created_at_ms) WHERE operator;

-- Links that work once. Only the hash of the secret in them is kept. `email` is the address that a link was mailed to:
-- using it proves that address; empty where it was handed over in another way.
CREATE TABLE tokens (
    hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    purpose TEXT NOT NULL,
    email TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL
);
CREATE INDEX tokens_by_user ON tokens (user_id, purpose, created_at_ms);
CREATE INDEX tokens_by_expiry ON tokens (expires_at_ms);

-- Mails, written in the transaction that causes them. `user_id` is on whose account a mail is written: its reader, or
-- who invites somebody without one. What it says is sealed, for it can hold a link, and goes once it is decided
-- (`next_at_ms` is NULL then). Nothing is tried after `expires_at_ms`.
CREATE TABLE mails (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
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
CREATE INDEX mails_by_user ON mails (user_id, id);
CREATE INDEX mails_waiting ON mails (next_at_ms) WHERE next_at_ms IS NOT NULL;
CREATE INDEX mails_decided ON mails (decided_at_ms) WHERE decided_at_ms IS NOT NULL;

-- Who may join a workspace, or with a NULL `role` only make an account. `email` is empty where anybody with the link may;
-- `mailed` says that the link went to that address and nowhere else.
CREATE TABLE invitations (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    role TEXT,
    mailed BOOLEAN NOT NULL,
    invited_by TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX invitations_by_expiry ON invitations (expires_at_ms);
CREATE INDEX invitations_by_inviter ON invitations (invited_by);

-- Attempts to sign in that were not followed by a right password. `subject` is a keyed hash of an e-mail address that was
-- typed or of a network: it tells neither without the master key.
CREATE TABLE login_failures (
    subject TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_at_ms BIGINT NOT NULL,
    blocked_until_ms BIGINT NOT NULL
);
CREATE INDEX login_failures_by_time ON login_failures (last_at_ms);
