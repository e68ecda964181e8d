-- A job that ended without saying so of its record (crashed too often, stopped by a person, superseded) says it by its state.
with entry as (
  select
    e.external,
    e.dependency,
    e.repeats,
    case
      when e.state <> 'pending' then e.state
      when j.state = 4 then 'joined'
      when j.state = 5 then 'failed'
      when j.state = 6 then 'cancelled'
      else 'pending'
    end as state
  from run_entry e
  left join job j on j.id = e.job
  where e.run = $1
)
select
  external,
  count(*) filter (where not dependency),
  count(*) filter (where not dependency and state = 'created'),
  count(*) filter (where not dependency and state = 'updated'),
  count(*) filter (where not dependency and state = 'unchanged'),
  count(*) filter (where not dependency and state = 'deleted'),
  count(*) filter (where not dependency and state = 'skipped'),
  count(*) filter (where not dependency and state = 'failed'),
  count(*) filter (where not dependency and state = 'review'),
  count(*) filter (where not dependency and state = 'cancelled'),
  count(*) filter (where not dependency and state = 'joined'),
  count(*) filter (where not dependency and state = 'pending'),
  count(*) filter (where dependency),
  sum(repeats)::bigint
from entry
group by external
order by external
