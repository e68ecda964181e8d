insert into job(id, uuid, unit, instance, state, priority, eta, max_attempts, identity_key, payload, description, run)
select n.id, n.uuid, n.unit, n.instance, n.state, n.priority, now() + n.delay * interval '1 microsecond', n.max_attempts,
       n.identity_key, n.payload, n.description, n.run
from unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::smallint[], $6::smallint[], $7::bigint[], $8::integer[],
            $9::bytea[], $10::bytea[], $11::text[], $12::bigint[])
  as n(id, uuid, unit, instance, state, priority, delay, max_attempts, identity_key, payload, description, run)
