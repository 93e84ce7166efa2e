UPDATE workflow_step INDEXED BY workflow_step_unfinished
SET status = 'failed',
    error = :abandon,
    due_ms = NULL,
    owner = NULL,
    completed_ms = :now
WHERE run_id = :run_id
  AND status IN ('pending', 'scheduled', 'running')
