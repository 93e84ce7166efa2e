SELECT (SELECT max(touched_ms) FROM {schema}.workflow_step AS step WHERE step.run_id = run.run_id) AS touched_ms,
       ARRAY(
           SELECT key FROM {schema}.workflow_step AS step
           WHERE step.run_id = run.run_id AND status IN ('pending', 'scheduled', 'running')
       ) AS waiting_on,
       run.{run_columns}
FROM {schema}.workflow_runs AS run
WHERE run.run_id = $1
