insert into run (instance, what, started_at) values (?1, ?2, now_us()) returning id
