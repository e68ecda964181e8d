update job j
set eta = least(eta, now() + n.delay * interval '1 microsecond'),
    state = case when state = 1 and least(eta, now() + n.delay * interval '1 microsecond') <= now() then 2 else state end
from unnest($1::bigint[], $2::bigint[]) as n(id, delay)
where j.id = n.id and j.state in (0, 1, 2)
