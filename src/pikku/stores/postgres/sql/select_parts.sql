SELECT at_ms AS now, run, step FROM {schema}.load_parts($1, $2, $3, $4, $5)
