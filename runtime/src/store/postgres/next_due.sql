-- Microseconds until a job of these units may be claimed; 0 if one may now, null if none waits for its time. The orders
-- make the planner walk the two indexes, where `exists` may read the whole table.
select min(coalesce(
  (select 0 from job where state = 2 and unit = u.unit order by instance, priority, eta, id limit 1),
  (select (extract(epoch from greatest(eta - now(), interval '0')) * 1000000)::bigint
   from job where state = 1 and unit = u.unit order by eta limit 1)))
from unnest($1::text[]) as u(unit)
