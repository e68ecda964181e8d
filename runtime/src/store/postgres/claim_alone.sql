with taken as materialized (
  select id from job where state = 2 and id = $1 for update skip locked
)
update job j
set state = 3, attempt = attempt + 1, fence = fence + 1, worker = $2, started_at = now(),
    lease_until = now() + $3::bigint * interval '1 microsecond'
from taken where j.id = taken.id
returning j.id, j.uuid, j.fence, j.attempt, j.max_attempts, j.crashes, j.unit, j.instance, j.payload, j.run,
          (extract(epoch from j.created_at) * 1000000)::bigint, j.priority, (extract(epoch from j.eta) * 1000000)::bigint, j.errors
