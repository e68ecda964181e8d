-- The job kernel. Times are microseconds since 1970 by the store's clock. The same names stand in PostgreSQL.
create table queue_meta(
  schema_version integer not null,
  instance       text not null                                -- changed by an operator after a failover that lost commits
) strict;
