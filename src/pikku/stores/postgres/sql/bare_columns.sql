run_id, workflow, status, mode, 'null' AS input_json, NULL::text AS output_json, NULL::text AS error, '{}'::text[] AS tags,
       version, created_ms, updated_ms, completed_ms, owner, epoch, due_ms, wakes
