UPDATE workflow_runs
SET owner = :owner,
    epoch = epoch + 1,
    due_ms = :now + :ttl,
    updated_ms = :now
WHERE run_id = :run_id
RETURNING workflow_runs.{run_columns}
