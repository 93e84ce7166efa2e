-- One statement, so that runs and steps are of one moment; the long columns of a run are not repeated for each of its steps.
SELECT coalesce($2::bigint, {schema}.now_ms()) AS at_ms, run, step.{step_columns}
FROM {schema}.workflow_runs AS run
LEFT JOIN {schema}.workflow_step AS step ON FALSE
WHERE run.run_id = ANY ($1::text[])
UNION ALL
SELECT NULL, NULL, step.{step_columns}
FROM {schema}.workflow_step AS step
WHERE step.run_id = ANY ($1::text[])
