SELECT least(
    (
        SELECT due_ms
        FROM {schema}.workflow_runs
        WHERE status = 'running' AND due_ms IS NOT NULL AND workflow = ANY ($2::text[])
          AND (owner IS NULL OR $4::text IS NULL OR owner <> $4::text)
        ORDER BY due_ms
        LIMIT 1
    ),
    (
        SELECT due_ms
        FROM {schema}.workflow_step
        WHERE remote
          AND status IN ('pending', 'scheduled', 'running')
          AND due_ms IS NOT NULL
          AND rpc_name = ANY ($3::text[])
          AND (owner IS NULL OR $4::text IS NULL OR owner <> $4::text)
        ORDER BY due_ms
        LIMIT 1
    )
) - coalesce($1::bigint, {schema}.now_ms())
