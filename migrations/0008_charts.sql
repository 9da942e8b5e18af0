-- The rollups once more, by local day and local month of the workspace's time zone: a chart of a year reads days and
-- months, however many payments there are. Kept in the transaction that records a payment, rebuilt when the zone changes.
-- `start_day` counts local days from 1 January 1970; `agent_id` is empty in the sums over all agents.
CREATE TABLE payment_periods (
    workspace_id TEXT NOT NULL,
    grain TEXT NOT NULL,
    start_day BIGINT NOT NULL,
    agent_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    direction TEXT NOT NULL,
    status TEXT NOT NULL,
    count BIGINT NOT NULL,
    micros_hi BIGINT NOT NULL,
    micros_lo BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, grain, start_day, agent_id, currency, direction, status)
);

-- What was recorded before, when every workspace was in UTC. The innermost steps find the day of the month from the
-- count of days (years that begin in March), the same on both engines.
INSERT INTO payment_periods (workspace_id, grain, start_day, agent_id, currency, direction, status, count, micros_hi,
    micros_lo)
SELECT workspace_id, grain, start_day, agent_id, currency, direction, status, CAST(SUM(count) AS BIGINT),
    CAST(SUM(micros_hi) AS BIGINT) + CAST(SUM(micros_lo) AS BIGINT) / 1000000000,
    CAST(SUM(micros_lo) AS BIGINT) % 1000000000
FROM (
    SELECT r.workspace_id, g.grain, CASE g.grain WHEN 'day' THEN r.day ELSE r.month END AS start_day,
        CASE g.whose WHEN 'agent' THEN r.agent_id ELSE '' END AS agent_id, r.currency, r.direction, r.status, r.count,
        r.micros_hi, r.micros_lo
    FROM (
        SELECT d.*, d.day - (d.doy - (153 * ((5 * d.doy + 2) / 153) + 2) / 5) AS month
        FROM (
            SELECT c.*, c.doe - (365 * c.yoe + c.yoe / 4 - c.yoe / 100) AS doy
            FROM (
                SELECT b.*, (b.doe - b.doe / 1460 + b.doe / 36524 - b.doe / 146096) / 365 AS yoe
                FROM (
                    SELECT a.*, a.quarter_ms / 86400000 AS day, (a.quarter_ms / 86400000 + 719468) % 146097 AS doe
                    FROM payment_rollups a
                ) b
            ) c
        ) d
    ) r
    CROSS JOIN (
        SELECT 'day' AS grain, 'agent' AS whose UNION ALL SELECT 'day', 'all'
        UNION ALL SELECT 'month', 'agent' UNION ALL SELECT 'month', 'all'
    ) g
) parts
GROUP BY workspace_id, grain, start_day, agent_id, currency, direction, status;

-- What needs attention on the overview.
CREATE INDEX certificates_suspended ON certificates (workspace_id, valid_until_ms)
    WHERE suspended_at_ms IS NOT NULL AND superseded_at_ms IS NULL AND revoked_at_ms IS NULL;
CREATE INDEX api_keys_by_end ON api_keys (workspace_id, expires_at_ms)
    WHERE replaced_by IS NULL AND revoked_at_ms IS NULL;
