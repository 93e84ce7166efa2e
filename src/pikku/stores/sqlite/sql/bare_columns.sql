run_id, workflow, status, mode, epoch, wakes, owner, due_ms, created_ms, updated_ms, completed_ms, version,
       '[]' AS tags, NULL AS error, 'null' AS input_json, NULL AS output_json
