SELECT at_ms, refused, reasons
FROM {schema}.apply_changes(
    $1, $2, $3,
    $4::{schema}.new_run[], $5::{schema}.new_step[], $6::{schema}.step_move[], $7::{schema}.run_change[],
    $8, $9
)
