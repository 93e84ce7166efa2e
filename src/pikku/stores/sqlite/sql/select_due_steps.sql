SELECT run_id, key, status, attempt_count, began_ms
FROM workflow_step AS step INDEXED BY workflow_step_due
WHERE remote = 1
  AND status IN ('pending', 'scheduled', 'running')
  AND due_ms <= :now
  AND rpc_name IN (SELECT value FROM json_each(:functions))
  AND EXISTS (SELECT 1 FROM workflow_runs AS run WHERE run.run_id = step.run_id AND run.status = 'running')
ORDER BY due_ms, run_id, key
LIMIT :limit
