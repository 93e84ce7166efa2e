-- A line that names a filter which the caller does not give is left out, so that the index is used which fits the rest.
SELECT {columns}
FROM {schema}.workflow_runs
WHERE TRUE
  AND run_id = ANY (:run_ids::text[])
  AND status = :only_status
  AND status || '' = ANY (:statuses::text[])
  AND workflow = :workflow
  AND tags @> :tags::text[]
  AND created_ms >= :created_from
  AND created_ms < :created_until
  AND completed_ms <= (SELECT coalesce(:now::bigint, {schema}.now_ms()) - :ended_for)
  AND created_ms <= (SELECT coalesce(:now::bigint, {schema}.now_ms()) - :ended_for)
  AND (created_ms, run_id) < (SELECT created_ms, run_id FROM {schema}.workflow_runs WHERE run_id = :before)
ORDER BY created_ms DESC, run_id DESC
LIMIT :limit
OFFSET :skip
