-- A line that names a filter which the caller does not give is left out, so that the index is used which fits the rest.
-- The + keeps a list of statuses from being looked up one by one and sorted: newest first is an index of its own.
SELECT {columns}
FROM workflow_runs
WHERE TRUE
  AND run_id IN (SELECT value FROM json_each(:run_ids))
  AND status = :only_status
  AND +status IN (SELECT value FROM json_each(:statuses))
  AND workflow = :workflow
  AND NOT EXISTS (SELECT 1 FROM json_each(:tags) WHERE value NOT IN (SELECT value FROM json_each(workflow_runs.tags)))
  AND created_ms >= :created_from
  AND created_ms < :created_until
  AND completed_ms <= :ended_by
  AND created_ms <= :ended_by
  AND (created_ms, run_id) < (SELECT created_ms, run_id FROM workflow_runs WHERE run_id = :before)
ORDER BY created_ms DESC, run_id DESC
LIMIT :limit
OFFSET :skip
