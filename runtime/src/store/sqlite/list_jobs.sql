select id, uuid, state, unit, instance, priority, attempt, max_attempts, description, eta, created_at, finished_at,
       error_kind, error_text, payload, errors, crashes, message
from job
where id > ?1
  and (?2 = '[]' or state in (select value from json_each(?2)))
  and (?3 is null or instance = ?3)
  and (?4 is null or run = ?4)
order by id limit ?5
