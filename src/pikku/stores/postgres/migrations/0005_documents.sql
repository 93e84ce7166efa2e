-- A wave arrives as JSON documents, one for each place where its changes are written, instead of as arrays of composite types:
-- to write one text takes a driver a fifth of the time. New steps, of which there are most, are read where they are inserted;
-- the others become arrays for the functions that there are.
--
-- For the workers of before, apply_changes and insert_steps with arrays stay as they are; PostgreSQL tells them from these by
-- the types of their parameters.

-- The run of each step is locked and judged as its turn comes: what a lock has waited for is judged as it is then. That a key
-- is there already is hardly ever so. Who is `careful`, and has locked all runs before, has it looked up; who is not is told by
-- the unique index, and comes again.
CREATE FUNCTION insert_steps(changes json, now bigint, careful boolean, OUT refused integer[], OUT reasons text[])
LANGUAGE plpgsql AS $$
DECLARE
    there integer[] := '{}';
BEGIN
    IF careful THEN
        SELECT coalesce(array_agg(c.ord), '{}') INTO there
        FROM json_to_recordset(changes) AS c (ord integer, run_id text, key text)
        CROSS JOIN LATERAL (SELECT FROM workflow_step WHERE run_id = c.run_id AND key = c.key OFFSET 0) AS step;
    END IF;
    WITH judged AS MATERIALIZED (
        SELECT c.*,
               CASE
                   WHEN run.epoch IS NULL THEN 'missing'
                   WHEN run.status <> 'running' THEN 'ended'
                   WHEN run.epoch <> c.run_epoch THEN 'stale'
                   WHEN c.ord = ANY (there) THEN 'exists'
               END AS why
        FROM json_to_recordset(changes) AS c (
            ord integer, run_id text, run_epoch bigint, key text, name text, kind text, "position" integer, rpc_name text,
            remote boolean, data_json text, status text, attempt_count integer, result_json text, due_in bigint,
            ran_ms bigint, rare json
        )
        LEFT JOIN LATERAL (
            SELECT epoch, status FROM workflow_runs WHERE run_id = c.run_id FOR NO KEY UPDATE
        ) AS run ON TRUE
    ), made AS (
        INSERT INTO workflow_step
            (run_id, key, name, kind, position, rpc_name, remote, policy, seen, description, data_json,
             status, attempt_count, result_json, error, due_ms, created_ms, scheduled_ms, running_ms, completed_ms)
        SELECT run_id, key, coalesce(name, key), kind, position, rpc_name, remote IS NOT NULL,
               rare ->> 'policy', rare ->> 'seen', rare ->> 'description', data_json,
               status, coalesce(attempt_count, 1), result_json, rare ->> 'error', now + due_in,
               now - greatest(ran_ms, (rare ->> 'failed_ran_ms')::bigint, 0),
               CASE WHEN status = 'scheduled' THEN now END,
               CASE WHEN status <> 'scheduled' THEN now - ran_ms END,
               CASE WHEN status IN ('succeeded', 'failed') THEN now END
        FROM judged
        WHERE why IS NULL
    ), behind AS (
        INSERT INTO workflow_step_history (run_id, key, attempt_count, created_ms, completed_ms, error)
        SELECT run_id, key, (rare ->> 'failed_attempt')::integer,
               now - coalesce((rare ->> 'failed_ran_ms')::bigint, greatest(ran_ms, 0)), now, rare ->> 'failed_error'
        FROM judged
        WHERE why IS NULL AND rare ->> 'failed_attempt' IS NOT NULL
    )
    SELECT array_agg(ord), array_agg(why) INTO refused, reasons FROM judged WHERE why IS NOT NULL;
END
$$;

-- One wave of a batch. `locked` are the runs that are locked first, in one order, so that two batches never wait for each other
-- in a circle: all that the batch changes, or none if the wave locks them itself. `hints` are the changes that others wait for,
-- and their runs.
CREATE FUNCTION apply_changes(
    now bigint, channel text, careful boolean, locked json,
    new_runs json, new_steps json, moves json, run_changes json, hints json,
    OUT at_ms bigint, OUT refused integer[], OUT reasons text[]
)
LANGUAGE plpgsql SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off
SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
    answer record;
    ords integer[];
    told text;
BEGIN
    at_ms := coalesce(now, now_ms());
    refused := '{}';
    reasons := '{}';
    IF new_runs IS NOT NULL THEN
        ords := create_runs(ARRAY(SELECT c FROM json_populate_recordset(NULL::new_run, new_runs) AS c), at_ms);
        IF ords IS NOT NULL THEN
            refused := ords;
            reasons := array_fill('exists'::text, ARRAY[cardinality(ords)]);
        END IF;
    END IF;
    IF locked IS NOT NULL THEN
        PERFORM 1
        FROM workflow_runs
        WHERE run_id = ANY (ARRAY(SELECT json_array_elements_text(locked)))
        ORDER BY run_id
        FOR NO KEY UPDATE;
    END IF;
    IF new_steps IS NOT NULL THEN
        answer := insert_steps(new_steps, at_ms, careful);
        refused := refused || answer.refused;
        reasons := reasons || answer.reasons;
    END IF;
    IF moves IS NOT NULL THEN
        answer := move_steps(ARRAY(SELECT c FROM json_populate_recordset(NULL::step_move, moves) AS c), at_ms);
        refused := refused || answer.refused;
        reasons := reasons || answer.reasons;
    END IF;
    IF run_changes IS NOT NULL THEN
        answer := change_runs(ARRAY(SELECT c FROM json_populate_recordset(NULL::run_change, run_changes) AS c), at_ms);
        refused := refused || answer.refused;
        reasons := reasons || answer.reasons;
    END IF;
    IF hints IS NOT NULL THEN
        SELECT string_agg(DISTINCT hint.value, ',') INTO told
        FROM json_each_text(hints) AS hint
        WHERE hint.key::integer <> ALL (refused);
        IF told IS NOT NULL THEN
            PERFORM pg_notify(channel, CASE WHEN octet_length(told) < 8000 THEN told ELSE '' END);
        END IF;
    END IF;
END
$$;
