DELETE FROM workflow_runs
WHERE run_id = :run_id
