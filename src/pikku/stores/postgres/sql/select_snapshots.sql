-- One statement, so that runs and steps are of one moment; the long columns of a run are not repeated for each of its steps.
SELECT coalesce($2::bigint, {schema}.now_ms()) AS now, run, NULL::{schema}.workflow_step AS step
FROM {schema}.workflow_runs AS run
WHERE run.run_id = ANY ($1::text[])
UNION ALL
SELECT NULL, NULL, step
FROM {schema}.workflow_step AS step
WHERE step.run_id = ANY ($1::text[])
