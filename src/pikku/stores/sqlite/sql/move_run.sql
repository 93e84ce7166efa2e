UPDATE workflow_runs
SET status = :status,
    output_json = :output_json,
    error = :error,
    updated_ms = :now,
    completed_ms = :now,
    owner = NULL,
    due_ms = NULL
WHERE run_id = :run_id
  AND status = 'running'
  AND (:epoch IS NULL OR epoch = :epoch)
