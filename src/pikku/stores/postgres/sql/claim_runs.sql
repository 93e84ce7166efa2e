SELECT was_due, run FROM {schema}.claim_runs($1, $2, $3, $4, $5)
