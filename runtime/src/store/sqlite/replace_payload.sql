update job set payload = ?2, description = ?3 where id = ?1 and state in (0, 1, 2)
