insert into job(uuid, unit, instance, state, priority, eta, max_attempts, identity_key, payload, description, run, created_at)
values (?1, ?2, ?3, ?4, ?5, now_us() + ?6, ?7, ?8, ?9, ?10, ?11, now_us())
returning id
