-- Payloads are not touched: they may be on pages of their own.
SELECT run_id, workflow, status, mode, epoch, wakes, owner, due_ms, created_ms, updated_ms, completed_ms, version,
       '[]' AS tags, NULL AS error, 'null' AS input_json, NULL AS output_json
FROM listed CROSS JOIN workflow_runs AS run USING (run_id)
ORDER BY run.created_ms DESC, run.run_id DESC
