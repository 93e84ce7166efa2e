UPDATE workflow_runs
SET owner = NULL,
    due_ms = CASE WHEN wakes = :seen_wakes THEN :now + :due_in ELSE :now END,
    updated_ms = :now
WHERE run_id = :run_id
  AND status = 'running'
  AND owner IS NOT NULL
  AND epoch = :epoch
