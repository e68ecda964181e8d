select name from sqlite_schema where type = 'index' and sql is not null
