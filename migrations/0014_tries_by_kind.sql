-- Tries are counted apart for each door: whoever has a password alone must not shut its owner out of more than that one.
-- Rows live for a quarter of an hour, so that none is kept.
DROP TABLE factor_tries;
CREATE TABLE factor_tries (
    user_id TEXT NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL,
    tries BIGINT NOT NULL,
    since_ms BIGINT NOT NULL,
    PRIMARY KEY (user_id, kind)
);
