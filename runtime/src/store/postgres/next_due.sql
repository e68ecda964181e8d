-- Microseconds until a job of these units may be claimed; 0 if one may now, null if none waits for its time.
select min(case when exists (select 1 from job where state = 2 and unit = u.unit) then 0
                else (select (extract(epoch from greatest(eta - now(), interval '0')) * 1000000)::bigint
                      from job where state = 1 and unit = u.unit order by eta limit 1) end)
from unnest($1::text[]) as u(unit)
