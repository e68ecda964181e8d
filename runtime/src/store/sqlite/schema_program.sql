insert into model_program (id, fingerprint, since)
select coalesce(max(id), 0) + 1, ?1, now_us() from model_program where true
on conflict (fingerprint) do update set id = excluded.id, since = excluded.since, retired_at = null
