select 1 from run where id = ?1
