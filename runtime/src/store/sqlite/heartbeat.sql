update job set lease_until = now_us() + ?3 where id = ?1 and fence = ?2 and state = 3 returning cancel_asked
