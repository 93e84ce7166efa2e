SELECT was_due, step FROM {schema}.claim_steps($1, $2, $3, $4, $5, $6)
