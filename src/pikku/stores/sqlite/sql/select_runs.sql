SELECT workflow_runs.{run_columns} FROM workflow_runs WHERE run_id IN (SELECT value FROM json_each(:run_ids))
