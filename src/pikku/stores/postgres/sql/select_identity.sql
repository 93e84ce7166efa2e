-- Which of our names there are in the schema.
SELECT ARRAY(
    SELECT relname::text
    FROM pg_class
    WHERE relnamespace = to_regnamespace($1)
      AND relname IN ('pikku_migrations', 'workflow_runs', 'workflow_step', 'workflow_step_history')
    ORDER BY relname
)
