-- Jobs as their owner left them; no row: it has another owner, or none.
select j.id, j.uuid, j.fence, j.state, j.attempt, j.errors, j.max_attempts, j.crashes, j.busy, j.cancel_asked, j.identity_key, j.worker
from job j join unnest($1::bigint[], $2::bigint[]) as h(id, fence) on j.id = h.id and j.fence = h.fence
where j.state = 3
order by j.id
for no key update of j
