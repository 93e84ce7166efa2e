SELECT min(due_ms)
FROM (
    SELECT * FROM (
        SELECT due_ms
        FROM workflow_runs INDEXED BY workflow_runs_due
        WHERE status = 'running'
          AND due_ms IS NOT NULL
          AND workflow IN (SELECT value FROM json_each(:workflows))
          AND (owner IS NULL OR owner IS NOT :besides)
        ORDER BY due_ms
        LIMIT 1
    )
    UNION ALL
    SELECT * FROM (
        SELECT due_ms
        FROM workflow_step AS step INDEXED BY workflow_step_due
        WHERE remote = 1
          AND status IN ('pending', 'scheduled', 'running')
          AND due_ms IS NOT NULL
          AND rpc_name IN (SELECT value FROM json_each(:functions))
          AND (owner IS NULL OR owner IS NOT :besides)
          AND EXISTS (SELECT 1 FROM workflow_runs AS run WHERE run.run_id = step.run_id AND run.status = 'running')
        ORDER BY due_ms
        LIMIT 1
    )
)
