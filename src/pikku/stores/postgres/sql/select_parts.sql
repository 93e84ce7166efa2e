SELECT at_ms, run, (step).{step_columns} FROM {schema}.load_parts($1, $2, $3, $4, $5)
