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
