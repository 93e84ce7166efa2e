INSERT INTO workflow_runs
    (run_id, workflow, status, mode, epoch, owner, due_ms, created_ms, updated_ms, version, tags, input_json)
VALUES
    (:run_id, :workflow, 'running', :mode, :epoch, :owner, :now + :ttl, :now, :now, :version, :tags, :input_json)
ON CONFLICT (run_id) DO NOTHING
