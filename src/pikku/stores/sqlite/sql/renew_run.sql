UPDATE workflow_runs
SET due_ms = :due_ms
WHERE run_id = :run_id
  AND status = 'running'
  AND owner IS NOT NULL
  AND epoch = :epoch
