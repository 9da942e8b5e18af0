-- A workspace that the operator has suspended: nobody gets in, and its agents are not public.
ALTER TABLE workspaces ADD COLUMN suspended_at_ms BIGINT;
ALTER TABLE workspaces ADD COLUMN suspended_reason TEXT;

-- What an action is about (`agent` of `agent.created`), so that an index can answer for all of its actions.
ALTER TABLE audit ADD COLUMN noun TEXT NOT NULL DEFAULT '';
UPDATE audit SET noun = CASE
    WHEN action LIKE 'agent.%' THEN 'agent'
    WHEN action LIKE 'api_key.%' THEN 'api_key'
    WHEN action LIKE 'certificate.%' THEN 'certificate'
    WHEN action LIKE 'user.%' THEN 'user'
    WHEN action LIKE 'workspace.%' THEN 'workspace'
    ELSE action
END;
CREATE INDEX audit_by_actor ON audit (workspace_id, actor, id);
CREATE INDEX audit_by_action ON audit (workspace_id, action, id);
CREATE INDEX audit_by_noun ON audit (workspace_id, noun, id);
CREATE INDEX audit_by_via ON audit (workspace_id, via, id);
