UPDATE workflow_step
SET status = :status,
    attempt_count = :attempt_count,
    result_json = :result_json,
    error = :error,
    due_ms = :now + :due_in,
    owner = NULL,
    scheduled_ms = CASE WHEN :status = 'scheduled' THEN :now ELSE scheduled_ms END,
    running_ms = CASE WHEN :status = 'scheduled' THEN NULL ELSE coalesce(:now - :ran_ms, running_ms) END,
    completed_ms = CASE WHEN :status IN ('succeeded', 'failed') THEN :now END
WHERE run_id = :run_id
  AND key = :key
  AND status = :from_status
  AND attempt_count = :from_attempt
  AND (:step_epoch IS NULL OR epoch = :step_epoch)
  AND (NOT :only_when_due OR due_ms <= :now)
  AND EXISTS (
      SELECT 1 FROM workflow_runs AS run
      WHERE run.run_id = :run_id AND run.status = 'running' AND (:run_epoch IS NULL OR run.epoch = :run_epoch)
  )
