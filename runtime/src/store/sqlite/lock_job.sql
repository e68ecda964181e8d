-- A job as a person finds it.
select id, fence, state, attempt, errors, max_attempts, crashes, busy, cancel_asked, identity_key, worker, started_at
from job where id = ?1
