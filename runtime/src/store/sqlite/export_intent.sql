select request, key, job, token, sent, now_us() - made_at, now_us() - coalesce(tried_at, made_at)
from export_intent where instance = ?1 and external = ?2 and record = ?3
