-- Whether a job is still its worker's; nobody takes it away before the commit.
select 1 from job where id = $1 and fence = $2 and state = 3 for no key update
