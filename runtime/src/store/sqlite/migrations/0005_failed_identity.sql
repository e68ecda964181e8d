-- Failed jobs of a record, to be closed by its next end.
create index job_failed_identity on job(identity_key) where state = 5 and identity_key is not null;
