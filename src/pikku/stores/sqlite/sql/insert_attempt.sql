INSERT INTO workflow_step_history (run_id, key, attempt_count, created_ms, completed_ms, error)
VALUES (:run_id, :key, :attempt_count, :created_ms, :completed_ms, :error)
