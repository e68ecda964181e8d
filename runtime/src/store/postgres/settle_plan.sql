-- A plan that breaks a rule is refused by itself.
set constraints all immediate;
set constraints all deferred;
release savepoint plan
