SELECT was_due, (run).{run_columns} FROM {schema}.claim_runs($1, $2, $3, $4, $5)
