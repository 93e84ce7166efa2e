UPDATE workflow_runs
SET wakes = wakes + 1,
    due_ms = CASE WHEN owner IS NOT NULL THEN due_ms ELSE min(coalesce(due_ms, :now), :now) END,
    updated_ms = :now
WHERE run_id = :run_id
  AND status = 'running'
