-- What `transition` decided. delay is null to keep the time; change: 0 keep the error, 1 clear it, 2 set it.
update job j
set fence = n.next_fence, state = n.next_state, attempt = n.attempt, errors = n.errors, crashes = n.crashes, busy = n.busy,
    cancel_asked = n.cancel_asked,
    eta = case when n.delay is null then j.eta else now() + n.delay * interval '1 microsecond' end,
    error_kind = case n.change when 0 then j.error_kind else n.kind end,
    error_text = case n.change when 0 then j.error_text else n.error end,
    message = n.message,
    payload = coalesce(n.payload, j.payload),
    worker = case when n.next_state = 3 then j.worker end,
    lease_until = case when n.next_state = 3 then j.lease_until end,
    finished_at = case when n.next_state >= 4 then now() end
from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::bigint[], $5::smallint[], $6::integer[], $7::integer[],
            $8::integer[], $9::integer[], $10::boolean[], $11::bigint[], $12::smallint[], $13::text[], $14::text[], $15::text[],
            $16::bytea[])
  as n(id, fence, state, next_fence, next_state, attempt, errors, crashes, busy, cancel_asked, delay, change, kind, error, message, payload)
where j.id = n.id and j.fence = n.fence and j.state = n.state
