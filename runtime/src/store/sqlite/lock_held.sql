-- A job as its owner left it; no row: it has another owner, or none.
select id, fence, state, attempt, errors, max_attempts, crashes, busy, cancel_asked, identity_key, worker, started_at
from job where id = ?1 and fence = ?2 and state = 3
