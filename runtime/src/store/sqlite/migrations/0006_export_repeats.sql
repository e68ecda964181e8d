-- What a repeat of a create needs whose answer was lost. Rows of older versions have none of it: they are for a person.
alter table export_intent add column token text not null default '';      -- tells the other system that a repeat is one
alter table export_intent add column sent text not null default '';       -- JSON: what was sent, and what is agreed on once it was received
alter table export_intent add column tried_at integer;                    -- when it was sent last; null: once, at made_at
