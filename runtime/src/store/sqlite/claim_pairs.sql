-- The best ready job of each (unit, instance), best first. Reads one row per pair, however many jobs are ready.
with recursive pair(unit, instance) as (
  select u.value, (select min(instance) from job where state = 2 and unit = u.value)
  from json_each(?1) u
  union all
  select unit, (select min(instance) from job where state = 2 and unit = pair.unit and instance > pair.instance)
  from pair where instance is not null
)
select j.unit, j.instance, j.id, j.crashes
from pair join job j on j.id = (
  select id from job where state = 2 and unit = pair.unit and instance = pair.instance order by priority, eta, id limit 1
)
where pair.instance is not null
order by j.priority, j.eta, j.id
