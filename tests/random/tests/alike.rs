//! Do interpreter and generated code make the same of random records, whatever the program? Lookups, rows, faults, stored values, checks,
//! records that are skipped or wait.

use std::collections::BTreeMap;

use support::engines::{Pair, interpreted_of, outcome, pairs, random, same_tables};
use tenon_random::{LEFT_OUT, LINES, PROGRAMS, Program, author};

/// Random records for each mapping of each program.
const RECORDS: u64 = 20;
/// Threads that compare.
const PARTS: usize = 2;

/// What happened in all comparisons.
#[derive(Debug, Default)]
struct Seen {
    mappings: u64,
    records: u64,
    mapped: u64,
    /// Words of the outcomes: how many records had them.
    words: BTreeMap<&'static str, u64>,
    differences: Vec<String>,
}

/// What outcomes must hold now and then, or the records are too dull to tell anything.
const WORDS: [&str; 6] = ["asked", "stopped Skipped", "stopped Waits", "\nfault", ":[{", "row {\""];

#[test]
fn random_programs_make_the_same_of_random_records() {
    let seen = std::thread::scope(|scope| {
        let parts: Vec<_> = (0..PARTS)
            .map(|part| scope.spawn(move || compared(PROGRAMS.iter().skip(part).step_by(PARTS))))
            .collect();
        let parts = parts.into_iter().map(|part| part.join().expect("a part ends"));
        parts.fold(Seen::default(), Seen::with)
    });
    let (lines, kept) = LINES;
    println!(
        "{} programs from seed {}, {LEFT_OUT} left out, {} mappings, {} records, {} mapped; {kept} of {lines} lines as made; {:?}",
        PROGRAMS.len(),
        PROGRAMS[0].seed,
        seen.mappings,
        seen.records,
        seen.mapped,
        seen.words
    );
    let differences = seen.differences.len();
    assert!(
        differences == 0,
        "{differences} differences, the first:\n{}",
        seen.differences[0]
    );
    assert!(
        LEFT_OUT * 50 <= PROGRAMS.len(),
        "too many programs are left out: {LEFT_OUT}"
    );
    assert!(kept * 4 > lines * 3, "the compiler refuses too much of what is made");
    assert!(seen.mapped * 2 > seen.records, "too few records are mapped");
    if PROGRAMS.len() >= 100 {
        for word in WORDS {
            assert!(
                seen.words.contains_key(word),
                "no outcome has `{word}`: {:?}",
                seen.words
            );
        }
    }
}

fn compared(programs: impl Iterator<Item = &'static Program>) -> Seen {
    let mut seen = Seen::default();
    for program in programs {
        let files = program
            .files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let interpreted = interpreted_of(&files.collect::<Vec<_>>(), author::externs());
        for pair in pairs(program.register, &interpreted) {
            same_tables(&pair);
            seen.mappings += 1;
            (0..RECORDS).for_each(|record| seen.one(program, &pair, record));
        }
    }
    seen
}

impl Seen {
    fn one(&mut self, program: &Program, pair: &Pair, record: u64) {
        let given = random::given(pair, program.seed.wrapping_mul(1_000).wrapping_add(record));
        let one = outcome(pair, pair.generated, &given);
        let other = outcome(pair, pair.interpreted, &given);
        self.records += 1;
        self.mapped += u64::from(one.mapped);
        for word in WORDS {
            *self.words.entry(word).or_default() += u64::from(one.text.contains(word));
        }
        self.words.retain(|_, count| *count > 0);
        if one != other {
            let lines = one.text.lines().zip(other.text.lines());
            let first = lines.filter(|(one, other)| one != other).take(3);
            let first: String = first
                .map(|(one, other)| format!("generated   {one}\ninterpreted {other}\n"))
                .collect();
            self.differences.push(format!(
                "seed {} of {:?}, record {record}\n{first}given {given:?}\n{}",
                program.seed,
                pair.generated,
                program.text()
            ));
        }
    }

    fn with(mut self, other: Self) -> Self {
        self.mappings += other.mappings;
        self.records += other.records;
        self.mapped += other.mapped;
        self.differences.extend(other.differences);
        for (word, count) in other.words {
            *self.words.entry(word).or_default() += count;
        }
        self
    }
}
