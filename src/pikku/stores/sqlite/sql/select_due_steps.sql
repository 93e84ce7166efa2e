-- CROSS JOIN: the due steps in the order of their index, and the run of each, so that the limit ends the search.
SELECT step.run_id, step.key, step.status, step.attempt_count, step.began_ms, run.workflow
FROM workflow_step AS step INDEXED BY workflow_step_due
CROSS JOIN workflow_runs AS run ON run.run_id = step.run_id AND run.status = 'running'
WHERE step.remote = 1
  AND step.status IN ('pending', 'scheduled', 'running')
  AND step.due_ms <= :now
  AND step.rpc_name IN (SELECT value FROM json_each(:functions))
  AND (:workflows IS NULL OR run.workflow IN (SELECT value FROM json_each(:workflows)))
ORDER BY step.due_ms, step.run_id, step.key
LIMIT :limit
