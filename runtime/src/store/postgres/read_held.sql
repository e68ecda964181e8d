-- Of the jobs that a heartbeat left out: those that are locked and still ours.
select j.id, j.fence, j.cancel_asked
from job j join unnest($1::bigint[], $2::bigint[]) as h(id, fence) on j.id = h.id and j.fence = h.fence
where j.state = 3
