UPDATE workflow_step
SET attempt_count = attempt_count + (status = 'running'),
    status = 'running',
    owner = :owner,
    epoch = epoch + 1,
    due_ms = :now + :ttl,
    running_ms = :now
WHERE run_id = :run_id
  AND key = :key
RETURNING workflow_step.{step_columns}
