SELECT * FROM workflow_step WHERE run_id IN (SELECT value FROM json_each(:run_ids))
