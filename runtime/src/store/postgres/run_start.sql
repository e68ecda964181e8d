insert into run (instance, what, started_at) values ($1, $2, now()) returning id
