DELETE FROM workflow_step
WHERE run_id = :run_id
