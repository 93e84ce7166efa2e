-- Runs that have ended are deleted with all that is theirs, by whoever prunes: he needs the right to DELETE from the three
-- tables. There is no foreign key to cascade along; see docs/decisions/a-deletion-is-a-change.md.

-- The runs are locked in the order in which all who write lock them. Nobody claims or writes a step of a run that has ended, so
-- that the lock of the run is enough. The status is hidden from the planner, as in version 3.
CREATE FUNCTION delete_runs(
    now bigint, ords integer[], run_ids text[], OUT at_ms bigint, OUT refused integer[], OUT reasons text[]
)
LANGUAGE plpgsql SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off
SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
    done text[];
BEGIN
    at_ms := coalesce(now, now_ms());
    refused := '{}';
    reasons := '{}';
    PERFORM 1 FROM workflow_runs WHERE run_id = ANY (run_ids) ORDER BY run_id FOR UPDATE;
    WITH deleted AS (
        DELETE FROM workflow_runs WHERE run_id = ANY (run_ids) AND status || '' <> 'running' RETURNING run_id
    )
    SELECT coalesce(array_agg(run_id), '{}') INTO done FROM deleted;
    DELETE FROM workflow_step WHERE run_id = ANY (done);
    DELETE FROM workflow_step_history WHERE run_id = ANY (done);
    IF cardinality(done) < cardinality(run_ids) THEN
        SELECT array_agg(wanted.ord), array_agg(CASE WHEN run.run_id IS NULL THEN 'missing' ELSE 'running' END)
        INTO refused, reasons
        FROM unnest(ords, run_ids) AS wanted (ord, run_id)
        LEFT JOIN workflow_runs AS run ON run.run_id = wanted.run_id
        WHERE wanted.run_id <> ALL (done);
    END IF;
END
$$;
