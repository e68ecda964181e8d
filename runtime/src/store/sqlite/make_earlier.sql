update job
set eta = min(eta, now_us() + ?2),
    state = case when state = 1 and min(eta, now_us() + ?2) <= now_us() then 2 else state end
where id = ?1 and state in (0, 1, 2)
