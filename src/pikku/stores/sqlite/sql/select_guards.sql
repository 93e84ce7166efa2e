SELECT run.status AS run_status,
       run.epoch AS run_epoch,
       step.status AS step_status,
       step.epoch AS step_epoch,
       step.attempt_count AS step_attempt
FROM workflow_runs AS run
LEFT JOIN workflow_step AS step ON step.run_id = run.run_id AND step.key = :key
WHERE run.run_id = :run_id
