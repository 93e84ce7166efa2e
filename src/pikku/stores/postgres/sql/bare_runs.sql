-- Payloads are not touched: large ones are in a table of their own.
SELECT run_id, workflow, status, mode, epoch, wakes, owner, due_ms, created_ms, updated_ms, completed_ms, version,
       '{}'::text[] AS tags, NULL::text AS error, 'null' AS input_json, NULL::text AS output_json
FROM listed JOIN {schema}.workflow_runs AS run USING (run_id)
ORDER BY run.created_ms DESC, run.run_id DESC
