-- Microseconds until a job of these units may be claimed; 0 if one may now, null if none waits for its time.
select min(coalesce(
  (select 0 from job where state = 2 and unit = u.value order by instance, priority, eta, id limit 1),
  (select max(eta - now_us(), 0) from job where state = 1 and unit = u.value order by eta limit 1)))
from json_each(?1) u
