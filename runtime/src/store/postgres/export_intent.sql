select
  request, key, job, token, sent,
  (extract(epoch from clock_timestamp() - made_at) * 1000000)::bigint,
  (extract(epoch from clock_timestamp() - coalesce(tried_at, made_at)) * 1000000)::bigint
from export_intent where instance = $1 and external = $2 and record = $3
