select indexname::text collate "C" from pg_indexes where schemaname = current_schema()
