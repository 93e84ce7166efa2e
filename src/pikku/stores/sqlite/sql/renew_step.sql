UPDATE workflow_step
SET due_ms = :due_ms
WHERE run_id = :run_id
  AND key = :key
  AND owner IS NOT NULL
  AND epoch = :epoch
  AND EXISTS (SELECT 1 FROM workflow_runs AS run WHERE run.run_id = :run_id AND run.status = 'running')
