-- A step that is over with its first record, as nearly all are, alone. Its run is locked and judged as in insert_steps. No row
-- tells that something was in the way.
INSERT INTO {schema}.workflow_step
    (run_id, key, name, kind, position, rpc_name, remote, policy, seen, description, data_json,
     status, attempt_count, result_json, error, created_ms, running_ms, completed_ms)
SELECT $2, $4, $5, $6, $7, $8, FALSE, $9, $10, $11, $12,
       $13, $14, $15, $16, at.ms - greatest($17::bigint, 0), at.ms - $17::bigint, at.ms
FROM (SELECT coalesce($1::bigint, {schema}.now_ms()) AS ms) AS at
CROSS JOIN LATERAL (
    SELECT 1
    FROM {schema}.workflow_runs
    WHERE run_id = $2::text AND epoch = $3::bigint AND status || '' = 'running'
    FOR NO KEY UPDATE
) AS run
RETURNING completed_ms
