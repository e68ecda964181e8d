-- The limit stands here as a number, put in by the caller: with a parameter the planner would have to guess.
with taken as materialized (
  select id from job where state = 2 and unit = $1 and instance = $2 and crashes = 0
  order by priority, eta, id limit 100 for update skip locked
)
update job j
set state = 3, attempt = attempt + 1, fence = fence + 1, worker = $3, started_at = now(),
    lease_until = now() + $4::bigint * interval '1 microsecond'
from taken where j.id = taken.id
returning j.id, j.uuid, j.fence, j.attempt, j.max_attempts, j.crashes, j.unit, j.instance, j.payload, j.run,
          (extract(epoch from j.created_at) * 1000000)::bigint, j.priority, (extract(epoch from j.eta) * 1000000)::bigint, j.errors
