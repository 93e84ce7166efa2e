-- What the store asks of the database, one function for each verb that writes. With their settings each statement is planned
-- once for a connection, and by the indexes: a plan that was made while the tables were small must not read all of a table that
-- has grown since, and to plan takes ten times as long as to insert a step. The functions that apply_changes calls have its
-- settings.

CREATE FUNCTION now_ms() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint
$$;

CREATE FUNCTION create_runs(changes new_run[], now bigint, OUT refused integer[])
LANGUAGE plpgsql AS $$
BEGIN
    WITH made AS (
        INSERT INTO workflow_runs
            (run_id, workflow, status, mode, epoch, owner, due_ms, created_ms, updated_ms, version, tags, input_json)
        SELECT c.run_id, c.workflow, 'running', c.mode, CASE WHEN c.owner IS NULL THEN 0 ELSE 1 END, c.owner,
               now + c.ttl_ms, now, now, c.version, c.tags, c.input_json
        FROM unnest(changes) AS c
        ORDER BY c.run_id
        ON CONFLICT (run_id) DO NOTHING
        RETURNING run_id
    )
    SELECT array_agg(c.ord) INTO refused
    FROM unnest(changes) AS c
    WHERE c.run_id NOT IN (SELECT run_id FROM made);
END
$$;

-- Whether a key is there already is looked up and not left to ON CONFLICT: under the lock of its run nobody else inserts.
CREATE FUNCTION insert_steps(changes new_step[], now bigint, OUT refused integer[], OUT reasons text[])
LANGUAGE plpgsql AS $$
BEGIN
    WITH judged AS MATERIALIZED (
        SELECT c.*,
               now - greatest(c.ran_ms, c.failed_ran_ms, 0) AS created_ms,
               CASE
                   WHEN run.run_id IS NULL THEN 'missing'
                   WHEN run.status <> 'running' THEN 'ended'
                   WHEN run.epoch <> c.run_epoch THEN 'stale'
                   WHEN step.key IS NOT NULL THEN 'exists'
               END AS why
        FROM unnest(changes) AS c
        LEFT JOIN workflow_runs AS run ON run.run_id = c.run_id
        LEFT JOIN workflow_step AS step ON step.run_id = c.run_id AND step.key = c.key
    ), made AS (
        INSERT INTO workflow_step
            (run_id, key, name, kind, position, rpc_name, remote, policy, seen, description, data_json,
             status, attempt_count, result_json, error, due_ms, created_ms, scheduled_ms, running_ms, completed_ms)
        SELECT run_id, key, name, kind, position, rpc_name, remote, policy, seen, description, data_json,
               status, attempt_count, result_json, error, now + due_in, created_ms,
               CASE WHEN status = 'scheduled' THEN now END,
               CASE WHEN status <> 'scheduled' THEN now - ran_ms END,
               CASE WHEN status IN ('succeeded', 'failed') THEN now END
        FROM judged
        WHERE why IS NULL
    ), behind AS (
        INSERT INTO workflow_step_history (run_id, key, attempt_count, created_ms, completed_ms, error)
        SELECT run_id, key, failed_attempt, coalesce(now - failed_ran_ms, created_ms), now, failed_error
        FROM judged
        WHERE why IS NULL AND failed_attempt IS NOT NULL
    )
    SELECT array_agg(ord), array_agg(why) INTO refused, reasons FROM judged WHERE why IS NOT NULL;
END
$$;

-- The guards are in the update, because a claim changes steps without the lock of their run; only a refused move is looked into.
-- What is read of a step beside its update is the step as it was before.
CREATE FUNCTION move_steps(changes step_move[], now bigint, OUT refused integer[], OUT reasons text[])
LANGUAGE plpgsql AS $$
DECLARE
    done integer[];
BEGIN
    WITH moved AS (
        UPDATE workflow_step AS step
        SET status = c.status,
            attempt_count = c.attempt_count,
            result_json = c.result_json,
            error = c.error,
            due_ms = now + c.due_in,
            owner = NULL,
            scheduled_ms = CASE WHEN c.status = 'scheduled' THEN now ELSE step.scheduled_ms END,
            running_ms = CASE WHEN c.status <> 'scheduled' THEN coalesce(now - c.ran_ms, step.running_ms) END,
            completed_ms = CASE WHEN c.status IN ('succeeded', 'failed') THEN now END
        FROM unnest(changes) AS c
        JOIN workflow_runs AS run ON run.run_id = c.run_id
        WHERE step.run_id = c.run_id
          AND step.key = c.key
          AND step.status = c.from_status
          AND step.attempt_count = c.from_attempt
          AND (c.step_epoch IS NULL OR step.epoch = c.step_epoch)
          AND (NOT c.only_when_due OR step.due_ms <= now)
          AND run.status = 'running'
          AND (c.run_epoch IS NULL OR run.epoch = c.run_epoch)
        RETURNING c.ord
    ), behind AS (
        INSERT INTO workflow_step_history (run_id, key, attempt_count, created_ms, completed_ms, error)
        SELECT c.run_id, c.key, c.failed_attempt, coalesce(now - c.failed_ran_ms, step.began_ms), now, c.failed_error
        FROM moved
        JOIN unnest(changes) AS c USING (ord)
        JOIN workflow_step AS step ON step.run_id = c.run_id AND step.key = c.key
        WHERE c.failed_attempt IS NOT NULL
    )
    SELECT coalesce(array_agg(ord), '{}') INTO done FROM moved;
    IF cardinality(done) < cardinality(changes) THEN
        SELECT array_agg(c.ord), array_agg(
            CASE
                WHEN run.run_id IS NULL THEN 'missing'
                WHEN run.status <> 'running' THEN 'ended'
                WHEN step.key IS NULL THEN 'missing'
                WHEN run.epoch <> c.run_epoch THEN 'stale'
                WHEN step.epoch <> c.step_epoch THEN 'stale'
                WHEN c.only_when_due AND step.status = c.from_status AND step.attempt_count = c.from_attempt THEN 'early'
                ELSE 'moved'
            END
        ) INTO refused, reasons
        FROM unnest(changes) AS c
        LEFT JOIN workflow_runs AS run ON run.run_id = c.run_id
        LEFT JOIN workflow_step AS step ON step.run_id = c.run_id AND step.key = c.key
        WHERE c.ord <> ALL (done);
    END IF;
END
$$;

-- Ends, releases and wake-ups. A running run has neither output nor error, so that only an end writes other than NULL there.
CREATE FUNCTION change_runs(changes run_change[], now bigint, OUT refused integer[], OUT reasons text[])
LANGUAGE plpgsql AS $$
DECLARE
    done integer[];
BEGIN
    WITH changed AS (
        UPDATE workflow_runs AS run
        SET status = coalesce(c.status, run.status),
            output_json = c.output_json,
            error = c.error,
            wakes = run.wakes + CASE WHEN c.what = 'woken' THEN 1 ELSE 0 END,
            owner = CASE WHEN c.what = 'woken' THEN run.owner END,
            due_ms = CASE
                WHEN c.what = 'released' THEN CASE WHEN run.wakes = c.seen_wakes THEN now + c.due_in ELSE now END
                WHEN c.what = 'woken' THEN CASE WHEN run.owner IS NULL THEN least(run.due_ms, now) ELSE run.due_ms END
            END,
            updated_ms = now,
            completed_ms = CASE WHEN c.what = 'moved' THEN now END
        FROM unnest(changes) AS c
        WHERE run.run_id = c.run_id
          AND run.status = 'running'
          AND (c.epoch IS NULL OR run.epoch = c.epoch)
          AND (c.what <> 'released' OR run.owner IS NOT NULL)
        RETURNING c.ord
    )
    SELECT coalesce(array_agg(ord), '{}') INTO done FROM changed;
    UPDATE workflow_step AS step
    SET status = 'failed',
        error = c.abandon,
        due_ms = NULL,
        owner = NULL,
        completed_ms = now
    FROM unnest(changes) AS c
    WHERE c.what = 'moved'
      AND c.ord = ANY (done)
      AND step.run_id = c.run_id
      AND step.status IN ('pending', 'scheduled', 'running');
    IF cardinality(done) < cardinality(changes) THEN
        SELECT array_agg(c.ord), array_agg(
            CASE WHEN run.run_id IS NULL THEN 'missing' WHEN run.status <> 'running' THEN 'ended' ELSE 'stale' END
        ) INTO refused, reasons
        FROM unnest(changes) AS c
        LEFT JOIN workflow_runs AS run ON run.run_id = c.run_id
        WHERE c.ord <> ALL (done);
    END IF;
END
$$;

-- One wave of a batch. All runs that the batch changes are locked first, in one order, so that two batches never wait for each
-- other in a circle. `hint_ords` and `hint_runs` are the changes that others wait for.
CREATE FUNCTION apply_changes(
    now bigint, channel text, locked text[],
    new_runs new_run[], new_steps new_step[], moves step_move[], run_changes run_change[],
    hint_ords integer[], hint_runs text[],
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
    IF cardinality(new_runs) > 0 THEN
        ords := create_runs(new_runs, at_ms);
        IF ords IS NOT NULL THEN
            refused := ords;
            reasons := array_fill('exists'::text, ARRAY[cardinality(ords)]);
        END IF;
    END IF;
    PERFORM 1 FROM workflow_runs WHERE run_id = ANY (locked) ORDER BY run_id FOR NO KEY UPDATE;
    IF cardinality(new_steps) > 0 THEN
        answer := insert_steps(new_steps, at_ms);
        refused := refused || answer.refused;
        reasons := reasons || answer.reasons;
    END IF;
    IF cardinality(moves) > 0 THEN
        answer := move_steps(moves, at_ms);
        refused := refused || answer.refused;
        reasons := reasons || answer.reasons;
    END IF;
    IF cardinality(run_changes) > 0 THEN
        answer := change_runs(run_changes, at_ms);
        refused := refused || answer.refused;
        reasons := reasons || answer.reasons;
    END IF;
    IF cardinality(hint_ords) > 0 THEN
        SELECT string_agg(DISTINCT hint.run_id, ',') INTO told
        FROM unnest(hint_ords, hint_runs) AS hint (ord, run_id)
        WHERE hint.ord <> ALL (refused);
        IF told IS NOT NULL THEN
            PERFORM pg_notify(channel, CASE WHEN octet_length(told) < 8000 THEN told ELSE '' END);
        END IF;
    END IF;
END
$$;

-- Claims never wait: what somebody else has locked is left to him. `was_due` tells who is to be served first.
CREATE FUNCTION claim_runs(now bigint, claimer text, ttl_ms bigint, workflows text[], most bigint)
RETURNS TABLE (was_due bigint, run workflow_runs)
LANGUAGE plpgsql SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off
SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
    at_ms bigint := coalesce(now, now_ms());
BEGIN
    RETURN QUERY
    WITH due AS MATERIALIZED (
        SELECT each.run_id, each.due_ms
        FROM workflow_runs AS each
        WHERE each.status = 'running' AND each.due_ms <= at_ms AND each.workflow = ANY (workflows)
        ORDER BY each.due_ms, each.run_id
        LIMIT most
        FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE workflow_runs AS claimed
    SET owner = claimer, epoch = claimed.epoch + 1, due_ms = at_ms + ttl_ms, updated_ms = at_ms
    FROM due
    WHERE claimed.run_id = due.run_id
    RETURNING due.due_ms, claimed;
END
$$;

-- The steps of a run that has ended have ended too, so that runs need not be looked at. An attempt that its last worker left
-- running is put behind as lost.
CREATE FUNCTION claim_steps(now bigint, claimer text, ttl_ms bigint, functions text[], most bigint, lost_error text)
RETURNS TABLE (was_due bigint, step workflow_step)
LANGUAGE plpgsql SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off
SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
    at_ms bigint := coalesce(now, now_ms());
BEGIN
    RETURN QUERY
    WITH due AS MATERIALIZED (
        SELECT each.run_id, each.key, each.status, each.attempt_count, each.began_ms, each.due_ms
        FROM workflow_step AS each
        WHERE each.remote
          AND each.status IN ('pending', 'scheduled', 'running')
          AND each.due_ms <= at_ms
          AND each.rpc_name = ANY (functions)
        ORDER BY each.due_ms, each.run_id, each.key
        LIMIT most
        FOR NO KEY UPDATE SKIP LOCKED
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
    RETURNING due.due_ms, claimed;
END
$$;

-- A renewal waits for those who write, in the same order of runs as they wait for each other. It returns the places of those
-- in the lists that are not held any more.
CREATE FUNCTION renew_held(now bigint, ttl_ms bigint, run_ids text[], epochs bigint[], keys text[], OUT lost integer[])
LANGUAGE plpgsql SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off
SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
    until bigint;
BEGIN
    PERFORM 1 FROM workflow_runs WHERE run_id = ANY (run_ids) ORDER BY run_id FOR NO KEY UPDATE;
    until := coalesce(now, now_ms()) + ttl_ms;
    WITH held AS MATERIALIZED (
        SELECT * FROM unnest(run_ids, epochs, keys) WITH ORDINALITY AS each (run_id, epoch, key, ord)
    ), runs AS (
        UPDATE workflow_runs AS run
        SET due_ms = until
        FROM held
        WHERE held.key IS NULL
          AND run.run_id = held.run_id
          AND run.status = 'running'
          AND run.owner IS NOT NULL
          AND run.epoch = held.epoch
        RETURNING held.ord
    ), steps AS (
        UPDATE workflow_step AS step
        SET due_ms = until
        FROM held
        WHERE step.run_id = held.run_id
          AND step.key = held.key
          AND step.owner IS NOT NULL
          AND step.epoch = held.epoch
        RETURNING held.ord
    )
    SELECT coalesce(array_agg(held.ord::integer ORDER BY held.ord), '{}') INTO lost
    FROM held
    WHERE held.ord NOT IN (SELECT ord FROM runs UNION ALL SELECT ord FROM steps);
END
$$;
