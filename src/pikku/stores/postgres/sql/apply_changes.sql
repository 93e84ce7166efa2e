-- The documents come as text: on a connection of somebody else, json may have been given a codec of his.
SELECT at_ms, refused, reasons
FROM {schema}.apply_changes(
    $1, $2, $3, $4::text::json, $5::text::json, $6::text::json, $7::text::json, $8::text::json, $9::text::json
)
