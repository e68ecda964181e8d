-- Numbers for new jobs, in order.
select nextval(pg_get_serial_sequence('job', 'id')) from generate_series(1, $1::bigint)
