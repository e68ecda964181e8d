-- What `transition` decided. ?11 is the delay from now, null to keep the time; ?12: 0 keep the error, 1 clear it, 2 set it. ?16 null keeps the payload.
update job
set fence = ?4, state = ?5, attempt = ?6, errors = ?7, crashes = ?8, busy = ?9, cancel_asked = ?10,
    eta = case when ?11 is null then eta else now_us() + ?11 end,
    error_kind = case ?12 when 0 then error_kind else ?13 end,
    error_text = case ?12 when 0 then error_text else ?14 end,
    message = ?15,
    payload = coalesce(?16, payload),
    worker = case when ?5 = 3 then worker end,
    lease_until = case when ?5 = 3 then lease_until end,
    finished_at = case when ?5 >= 4 then now_us() end
where id = ?1 and fence = ?2 and state = ?3
