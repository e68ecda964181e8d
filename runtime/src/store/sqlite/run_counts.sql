select
  external,
  count(*) filter (where dependency = 0),
  count(*) filter (where dependency = 0 and state = 'created'),
  count(*) filter (where dependency = 0 and state = 'updated'),
  count(*) filter (where dependency = 0 and state = 'unchanged'),
  count(*) filter (where dependency = 0 and state = 'deleted'),
  count(*) filter (where dependency = 0 and state = 'skipped'),
  count(*) filter (where dependency = 0 and state = 'failed'),
  count(*) filter (where dependency = 0 and state = 'review'),
  count(*) filter (where dependency = 0 and state = 'cancelled'),
  count(*) filter (where dependency = 0 and state = 'joined'),
  count(*) filter (where dependency = 0 and state = 'pending'),
  count(*) filter (where dependency = 1),
  sum(repeats)
from run_entry
where run = ?1
group by external
order by external
