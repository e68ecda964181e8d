update job set state = 2
where id in (
  select due.id
  from unnest($1::text[]) as u(unit)
  cross join lateral (
    select id from job where state = 1 and unit = u.unit and eta <= now() order by eta limit 1000 for update skip locked
  ) as due
)
