select instance, state, count(*) from job group by instance, state order by instance, state
