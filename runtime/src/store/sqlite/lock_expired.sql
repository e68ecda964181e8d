-- Jobs whose lease ran out.
select id, fence, state, attempt, errors, max_attempts, crashes, busy, cancel_asked, identity_key, worker, started_at
from job where state = 3 and lease_until < now_us() order by lease_until, id limit 500
