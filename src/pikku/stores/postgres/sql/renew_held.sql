SELECT {schema}.renew_held($1, $2, $3, $4, $5)
