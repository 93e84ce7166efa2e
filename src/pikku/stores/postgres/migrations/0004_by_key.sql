-- What a batch names is looked up by its key. Asked for running runs, a database that has no statistics yet would read all of
-- them for every change: the status is hidden from it, by `|| ''`, or behind an OFFSET 0, past which it pushes no condition.
-- What an update has moved brings along what else is needed of it, instead of being looked up in the batch again.
--
-- The parameters are as they were, so that the workers of before go on beside those of after.

-- The guards are in the update, because a claim changes steps without the lock of their run; only a refused move is looked into.
-- What is read of a step beside its update is the step as it was before.
CREATE OR REPLACE FUNCTION move_steps(changes step_move[], now bigint, OUT refused integer[], OUT reasons text[])
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
        CROSS JOIN LATERAL (SELECT epoch, status FROM workflow_runs WHERE run_id = c.run_id OFFSET 0) AS run
        WHERE step.run_id = c.run_id
          AND step.key = c.key
          AND step.status = c.from_status
          AND step.attempt_count = c.from_attempt
          AND (c.step_epoch IS NULL OR step.epoch = c.step_epoch)
          AND (NOT c.only_when_due OR step.due_ms <= now)
          AND run.status = 'running'
          AND (c.run_epoch IS NULL OR run.epoch = c.run_epoch)
        RETURNING c.ord, c.run_id, c.key, c.failed_attempt, c.failed_ran_ms, c.failed_error
    ), behind AS (
        INSERT INTO workflow_step_history (run_id, key, attempt_count, created_ms, completed_ms, error)
        SELECT m.run_id, m.key, m.failed_attempt, coalesce(now - m.failed_ran_ms, step.began_ms), now, m.failed_error
        FROM moved AS m
        JOIN workflow_step AS step ON step.run_id = m.run_id AND step.key = m.key
        WHERE m.failed_attempt IS NOT NULL
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
CREATE OR REPLACE FUNCTION change_runs(changes run_change[], now bigint, OUT refused integer[], OUT reasons text[])
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
          AND run.status || '' = 'running'
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

-- A renewal waits for those who write, in the same order of runs as they wait for each other. It returns the places of those
-- in the lists that are not held any more.
CREATE OR REPLACE FUNCTION renew_held(now bigint, ttl_ms bigint, run_ids text[], epochs bigint[], keys text[], OUT lost integer[])
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
          AND run.status || '' = 'running'
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
