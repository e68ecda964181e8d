-- A newer end of a record closes the failed ones before it; what went wrong then stays to be read.
update job set state = 4, message = 'superseded by job ' || ?2
where state = 5 and identity_key = ?1 and identity_key is not null and id <> ?2
