-- CROSS JOIN: each of the single steps is looked up by its key, however many there are of its run.
SELECT workflow_step.{step_columns} FROM workflow_step WHERE run_id IN (SELECT value FROM json_each(:whole))
UNION ALL
SELECT step.{step_columns}
FROM json_each(:single) AS wanted
CROSS JOIN workflow_step AS step
    ON step.run_id = json_extract(wanted.value, '$[0]') AND step.key = json_extract(wanted.value, '$[1]')
