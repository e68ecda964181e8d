//! Does an import do what its mapping says, account for every record, and survive what goes wrong?

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod sync {
    mod added;
    mod adoption;
    mod batch;
    mod between;
    mod children;
    mod cycles;
    mod demo;
    mod diffs;
    mod failures;
    mod find_or_new;
    mod guarded;
    mod languages;
    mod left_out;
    mod lookups;
    mod money;
    mod on_postgres;
    mod outcomes;
    mod own_and_main;
    mod records;
    mod registry;
    mod versions;
    mod worker;
}
