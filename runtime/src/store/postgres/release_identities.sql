-- Lets go of the identities of claimed jobs: from now on an enqueue makes a new job.
-- A statement of its own, after the claim: a job that came back while the claim ran is claimed in its newest version, but the
-- claim's snapshot would not show the identity that it came back with.
delete from job_identity where job_id = any($1::bigint[])
