SELECT was_due, workflow, (step).{step_columns} FROM {schema}.claim_steps($1, $2, $3, $4, $5, $6, $7)
