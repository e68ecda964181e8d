-- Rows that someone has locked are left out and not waited for; see `read_held`.
update job set lease_until = now() + $3::bigint * interval '1 microsecond'
where id in (
  select j.id
  from job j join unnest($1::bigint[], $2::bigint[]) as h(id, fence) on j.id = h.id and j.fence = h.fence
  where j.state = 3
  for no key update of j skip locked
)
returning id, fence, cancel_asked
