update job set state = 2
where id in (select id from job where state = 1 and unit = ?1 and eta <= now_us() order by eta limit 1000)
