update job j set payload = n.payload, description = n.description
from unnest($1::bigint[], $2::bytea[], $3::text[]) as n(id, payload, description)
where j.id = n.id and j.state in (0, 1, 2)
