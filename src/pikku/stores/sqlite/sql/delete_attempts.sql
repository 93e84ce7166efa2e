DELETE FROM workflow_step_history
WHERE run_id = :run_id
