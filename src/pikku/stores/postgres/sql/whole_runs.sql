WITH listed AS MATERIALIZED (
{listed}
)
SELECT (SELECT max(touched_ms) FROM {schema}.workflow_step AS step WHERE step.run_id = run.run_id) AS touched_ms,
       ARRAY(
           SELECT key FROM {schema}.workflow_step AS step
           WHERE step.run_id = run.run_id AND status IN ('pending', 'scheduled', 'running')
       ) AS waiting_on,
       run.{run_columns}
FROM listed JOIN {schema}.workflow_runs AS run USING (run_id)
ORDER BY run.created_ms DESC, run.run_id DESC
