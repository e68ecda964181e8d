select t.name, c.name, lower(c.type), c."notnull"
from sqlite_schema t join pragma_table_info(t.name) c
where t.type = 'table'
order by t.name, c.cid
