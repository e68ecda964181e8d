select state, count(*) from job group by state order by state
