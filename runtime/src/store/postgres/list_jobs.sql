select id, uuid, state, unit, instance, priority, attempt, max_attempts, description,
       (extract(epoch from eta) * 1000000)::bigint, (extract(epoch from created_at) * 1000000)::bigint,
       (extract(epoch from finished_at) * 1000000)::bigint, error_kind, error_text, payload, errors, crashes, message
from job
where id > $1
  and (cardinality($2::smallint[]) = 0 or state = any($2))
  and ($3::text is null or instance = $3)
  and ($4::bigint is null or run = $4)
order by id limit $5
