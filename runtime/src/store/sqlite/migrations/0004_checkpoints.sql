-- How the record ended that closed a checkpoint: `created`, `updated`, `unchanged`; null: open, or closed by a person.
alter table checkpoint add column closed_by text;
