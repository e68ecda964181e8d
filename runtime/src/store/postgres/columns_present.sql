select t.relname::text collate "C",
       c.attname::text collate "C",
       format_type(c.atttypid, c.atttypmod),
       case when c.attnotnull then 1 else 0 end::bigint
from pg_class t join pg_attribute c on c.attrelid = t.oid
where t.relkind in ('r', 'p') and t.relnamespace = current_schema()::regnamespace and c.attnum > 0 and not c.attisdropped
order by t.relname, c.attnum
