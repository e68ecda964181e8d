//! Four processes that make the same missing thing at once, on PostgreSQL: one of them does, the others make their plans
//! again. Without the locks each race is lost, which shows that the locks decide it.
#![expect(clippy::expect_used, reason = "what fails here is a failed test")]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use support::records::{Guard, joined};

use super::*;

const ADDRESS: &str = "RACE_ADDRESS";
const LOCKS: &str = "RACE_LOCKS";
const PROCESSES: usize = 4;

/// Each takes part in all three: the same record, the same mail, the same category.
fn races(round: &str, racer: &str) -> [support::records::Building; 3] {
    let mail = format!("{round}@example.org");
    let of_record = plan()
        .create(PARTNER, &[("name", text(&format!("record {round}")))])
        .expects("Customer", &format!("r{round}"), None)
        .bind("Customer", &format!("r{round}"), new(0));
    let key = format!("m{round} {racer}");
    let of_mail = plan()
        .create(PARTNER, &[("name", text("mail")), ("email", text(&mail))])
        .expects("Customer", &key, None)
        .expects_none_like(PARTNER, &[("email", text(&mail.to_uppercase()))])
        .bind("Customer", &key, new(0));
    let name = format!("c{round}");
    let of_category = plan()
        .create(CATEGORY, &[("name", text(&name))])
        .expects_none_like(CATEGORY, &[("name", text(&name))]);
    [of_record, of_mail, of_category]
}

/// Not a test of its own: what a racer does. Without an address it has nothing to do.
#[test]
fn racer() {
    let Ok(address) = std::env::var(ADDRESS) else { return };
    let locks = match std::env::var(LOCKS).is_ok_and(|value| value == "off") {
        true => Guard::Off,
        false => Guard::On,
    };
    let inside = joined(&address, locks);
    println!("SAID ready");
    for line in std::io::stdin().lines() {
        let line = line.expect("a line");
        let (round, racer) = line.split_once(' ').expect("a round and a racer");
        let answers = races(round, racer).map(|plan| {
            let said = inside.apply(&plan);
            said.split([' ', ':']).next().unwrap_or_default().to_owned()
        });
        println!("SAID {}", answers.join(" "));
    }
}

struct Racer {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Racer {
    fn start(address: &str, locks: Guard) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "races::racer", "--nocapture"])
            .env(ADDRESS, address)
            .env(LOCKS, if locks == Guard::Off { "off" } else { "on" })
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("a racer starts");
        let orders = child.stdin.take().expect("its input");
        let answers = BufReader::new(child.stdout.take().expect("its output"));
        let mut racer = Self { child, orders, answers };
        assert_eq!(racer.answer(), "ready");
        racer
    }

    fn answer(&mut self) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(
                self.answers.read_line(&mut line).expect("its output"),
                0,
                "a racer is gone"
            );
            if let Some((_, said)) = line.split_once("SAID ") {
                return said.trim_end().to_owned();
            }
        }
    }
}

/// Runs so many rounds; per race, how many rounds made more or less than one. `None`: there is no PostgreSQL here.
fn lost(rounds: usize, locks: Guard) -> Option<[usize; 3]> {
    let inside = records::inside(Kind::Postgres);
    let address = inside.address()?;
    let mut racers: Vec<Racer> = (0..PROCESSES).map(|_| Racer::start(&address, locks)).collect();
    let mut lost = [0; 3];
    for round in 0..rounds {
        for (number, racer) in racers.iter_mut().enumerate() {
            writeln!(racer.orders, "{round} {number}").expect("it listens");
        }
        let answers: Vec<String> = racers.iter_mut().map(Racer::answer).collect();
        for (race, lost) in lost.iter_mut().enumerate() {
            let said: Vec<&str> = answers
                .iter()
                .filter_map(|answer| answer.split(' ').nth(race))
                .collect();
            let won = said.iter().filter(|said| **said == "applied").count();
            assert!(
                said.iter().all(|said| ["applied", "stale", "refused"].contains(said)),
                "{answers:?}"
            );
            *lost += usize::from(won != 1);
        }
    }
    for racer in racers {
        let Racer {
            mut child,
            orders,
            answers,
        } = racer;
        drop((orders, answers));
        child.wait().expect("it ends");
    }
    Some(lost)
}

#[test]
fn of_four_processes_that_make_the_same_at_once_one_does() {
    let rounds = std::env::var("RACE_ROUNDS").ok().and_then(|rounds| rounds.parse().ok());
    if let Some(lost) = lost(rounds.unwrap_or(200), Guard::On) {
        assert_eq!(
            lost,
            [0, 0, 0],
            "rounds that made more or less than one record, mail, category"
        );
    }
}

#[test]
fn without_the_locks_they_make_it_twice() {
    if let Some([_, mail, category]) = lost(30, Guard::Off) {
        assert!(mail > 0 && category > 0, "the locks decide nothing: {mail} {category}");
    }
}
