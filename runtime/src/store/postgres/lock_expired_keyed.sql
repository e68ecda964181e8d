select j.id, j.uuid, j.fence, j.state, j.attempt, j.errors, j.max_attempts, j.crashes, j.busy, j.cancel_asked, j.identity_key, j.worker
from job j where j.id = $1 and j.state = 3 and j.lease_until < now() for no key update of j skip locked
