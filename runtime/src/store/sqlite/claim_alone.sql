update job
set state = 3, attempt = attempt + 1, fence = fence + 1, worker = ?2, started_at = now_us(), lease_until = now_us() + ?3
where id = ?1 and state = 2
returning id, uuid, fence, attempt, max_attempts, crashes, unit, instance, payload, run, created_at, priority, eta, identity_key, errors
