SELECT began_ms FROM workflow_step WHERE run_id = :run_id AND key = :key
