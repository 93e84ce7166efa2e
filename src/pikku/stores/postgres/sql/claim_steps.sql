SELECT was_due, step, workflow FROM {schema}.claim_steps($1, $2, $3, $4, $5, $6, $7)
