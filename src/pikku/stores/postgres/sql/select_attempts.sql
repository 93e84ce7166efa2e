SELECT run_id, key, name, kind, status, attempt_count, result_json, error, created_ms, completed_ms
FROM (
    SELECT past.run_id, past.key, step.name, step.kind, 'failed' AS status, past.attempt_count,
           NULL AS result_json, past.error, past.created_ms, past.completed_ms, step.position, past.attempt_id
    FROM {schema}.workflow_step_history AS past
    JOIN {schema}.workflow_step AS step USING (run_id, key)
    WHERE past.run_id = $1
    UNION ALL
    SELECT run_id, key, name, kind, status, attempt_count,
           result_json, error, began_ms, completed_ms, position, NULL
    FROM {schema}.workflow_step
    WHERE run_id = $1
) AS attempts
ORDER BY created_ms, position, attempt_count, attempt_id NULLS LAST, key
