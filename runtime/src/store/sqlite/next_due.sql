-- Microseconds until a job of these units may be claimed; 0 if one may now, null if none waits for its time.
select min(case when exists (select 1 from job where state = 2 and unit = u.value) then 0
                else (select max(min(eta) - now_us(), 0) from job where state = 1 and unit = u.value having min(eta) is not null) end)
from json_each(?1) u
