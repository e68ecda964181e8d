-- The best ready job of each (unit, instance), best first. Reads one row per pair, however many jobs are ready.
with recursive pair(unit, instance) as (
  select u.unit, (select j.instance from job j where j.state = 2 and j.unit = u.unit order by j.instance limit 1)
  from unnest($1::text[]) as u(unit)
  union all
  select pair.unit, (select j.instance from job j where j.state = 2 and j.unit = pair.unit and j.instance > pair.instance
                     order by j.instance limit 1)
  from pair where pair.instance is not null
)
select best.unit, best.instance, best.id, best.crashes
from pair cross join lateral (
  select j.unit, j.instance, j.id, j.crashes, j.priority, j.eta
  from job j where j.state = 2 and j.unit = pair.unit and j.instance = pair.instance
  order by j.priority, j.eta, j.id limit 1
) as best
where pair.instance is not null
order by best.priority, best.eta, best.id
