-- What the worker holds, and how much of it must run alone.
select count(*), count(*) filter (where crashes > 0) from job where state = 3 and worker = $1
