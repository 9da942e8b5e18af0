-- What the end of an account looks for without knowing whose it is, and what retention looks for by time.
CREATE INDEX sessions_of_workspace ON sessions (workspace_id);
CREATE INDEX contests_by_answer ON contests (answered_at_ms) WHERE answered_at_ms IS NOT NULL;
CREATE INDEX contests_by_answerer ON contests (answered_by) WHERE answered_by IS NOT NULL;
