-- In the order given, which is that of their numbers.
select pg_advisory_xact_lock(l.number) from unnest($1::bigint[]) as l(number)
