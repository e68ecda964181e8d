insert into model_schema (fingerprint, tables, changed_at) values ($1, $2, now())
