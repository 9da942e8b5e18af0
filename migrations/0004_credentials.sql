-- What narrows a key, where it was last used, and which key replaced it. `family_id` is the id of the first key of a
-- row of rotations: what is counted per key (a budget, a limit) hangs on it, so that a rotation does not reset it.
ALTER TABLE api_keys ADD COLUMN family_id TEXT NOT NULL DEFAULT '';
ALTER TABLE api_keys ADD COLUMN agent_id TEXT;
ALTER TABLE api_keys ADD COLUMN allowed_ips TEXT NOT NULL DEFAULT '';
ALTER TABLE api_keys ADD COLUMN last_used_ip TEXT;
ALTER TABLE api_keys ADD COLUMN replaced_by TEXT;
UPDATE api_keys SET family_id = id;

ALTER TABLE certificates ADD COLUMN revoked_reason TEXT;
