-- Which edit of an agent a form was opened on. Payments do not change it: their counters are no edit.
ALTER TABLE agents ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

-- What a search looks in: name and ids in lower case. Written by the application, because SQLite's LOWER knows ASCII
-- only.
ALTER TABLE agents ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
UPDATE agents SET search_text = LOWER(name || ' ' || external_id || ' ' || gopi_id || ' ' || id);

-- None over `payments_total`: every payment would pay for it, to spare one sort of a workspace's agents.
CREATE INDEX agents_by_status ON agents (workspace_id, status, id);
CREATE INDEX agents_by_name ON agents (workspace_id, search_text, id);

-- The certificate that counts for an agent, if there is one: for sorting and filtering agents by it.
CREATE INDEX certificates_in_force ON certificates (workspace_id, agent_id, score)
    WHERE superseded_at_ms IS NULL AND revoked_at_ms IS NULL;
