run_id, workflow, status, mode, epoch, wakes, owner, due_ms, created_ms, updated_ms, completed_ms, version,
       '{}'::text[] AS tags, NULL::text AS error, 'null' AS input_json, NULL::text AS output_json
