update job
set state = 3, attempt = attempt + 1, fence = fence + 1, worker = ?4, started_at = now_us(), lease_until = now_us() + ?5
where id in (
  select id from job where state = 2 and unit = ?1 and instance = ?2 and crashes = 0 order by priority, eta, id limit ?3
)
returning id, uuid, fence, attempt, max_attempts, crashes, unit, instance, payload, run, created_at, priority, eta, identity_key, errors
