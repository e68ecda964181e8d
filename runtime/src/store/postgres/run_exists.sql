-- It stays until the commit.
select 1 from run where id = $1 for key share
