WITH listed AS MATERIALIZED (
{listed}
)
SELECT (SELECT max(touched_ms) FROM workflow_step WHERE run_id = run.run_id) AS touched_ms,
       (SELECT json_group_array(key) FROM workflow_step INDEXED BY workflow_step_unfinished
        WHERE run_id = run.run_id AND status IN ('pending', 'scheduled', 'running')) AS waiting_on,
       run.{run_columns}
FROM listed CROSS JOIN workflow_runs AS run USING (run_id)
ORDER BY run.created_ms DESC, run.run_id DESC
