SELECT at_ms, refused, reasons
FROM {schema}.delete_runs($1, $2, $3)
