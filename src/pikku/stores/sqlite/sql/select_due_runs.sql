SELECT run_id
FROM workflow_runs INDEXED BY workflow_runs_due
WHERE status = 'running'
  AND due_ms <= :now
  AND workflow IN (SELECT value FROM json_each(:workflows))
ORDER BY due_ms, run_id
LIMIT :limit
