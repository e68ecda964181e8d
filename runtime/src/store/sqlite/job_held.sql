-- Whether a job is still its worker's.
select 1 from job where id = ?1 and fence = ?2 and state = 3
