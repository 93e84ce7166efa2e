-- Steps are claimed with their workflow, and of some workflows alone; of a run, single steps can be loaded.
--
-- While a deployment rolls, workers of version 2 go on beside those of version 3: claim_steps with six parameters stays as it
-- is, and PostgreSQL tells the two by the number of their parameters. An old worker claims steps of every workflow, as it
-- always did. Once it is restarted it is refused, as the schema is newer than it is.

CREATE FUNCTION claim_steps(
    now bigint, claimer text, ttl_ms bigint, functions text[], most bigint, lost_error text, workflows text[]
)
RETURNS TABLE (was_due bigint, step workflow_step, workflow text)
LANGUAGE plpgsql SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off
SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
    at_ms bigint := coalesce(now, now_ms());
BEGIN
    RETURN QUERY
    WITH due AS MATERIALIZED (
        SELECT each.run_id, each.key, each.status, each.attempt_count, each.began_ms, each.due_ms, run.workflow
        FROM workflow_step AS each
        JOIN workflow_runs AS run ON run.run_id = each.run_id
        WHERE each.remote
          AND each.status IN ('pending', 'scheduled', 'running')
          AND each.due_ms <= at_ms
          AND each.rpc_name = ANY (functions)
          AND (workflows IS NULL OR run.workflow = ANY (workflows))
        ORDER BY each.due_ms, each.run_id, each.key
        LIMIT most
        FOR NO KEY UPDATE OF each SKIP LOCKED
    ), lost AS (
        INSERT INTO workflow_step_history (run_id, key, attempt_count, created_ms, completed_ms, error)
        SELECT due.run_id, due.key, due.attempt_count, due.began_ms, at_ms, lost_error
        FROM due
        WHERE due.status = 'running'
    )
    UPDATE workflow_step AS claimed
    SET attempt_count = claimed.attempt_count + CASE WHEN claimed.status = 'running' THEN 1 ELSE 0 END,
        status = 'running',
        owner = claimer,
        epoch = claimed.epoch + 1,
        due_ms = at_ms + ttl_ms,
        running_ms = at_ms
    FROM due
    WHERE claimed.run_id = due.run_id AND claimed.key = due.key
    RETURNING due.due_ms, claimed, due.workflow;
END
$$;

-- All of one moment: the function is STABLE, and reads as the statement that calls it does. Each step is looked up by its key,
-- whatever the number of the others in its run.
CREATE FUNCTION load_parts(now bigint, run_ids text[], whole_ids text[], step_run_ids text[], step_keys text[])
RETURNS TABLE (at_ms bigint, run workflow_runs, step workflow_step)
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off
SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
BEGIN
    RETURN QUERY
    SELECT coalesce(now, now_ms()), kept, NULL::workflow_step
    FROM workflow_runs AS kept
    WHERE kept.run_id = ANY (run_ids)
    UNION ALL
    SELECT NULL, NULL, kept
    FROM workflow_step AS kept
    WHERE kept.run_id = ANY (whole_ids)
    UNION ALL
    SELECT NULL, NULL, kept
    FROM unnest(step_run_ids, step_keys) AS wanted (run_id, key)
    JOIN workflow_step AS kept ON kept.run_id = wanted.run_id AND kept.key = wanted.key;
END
$$;
