//! What an operator meets who starts a program with other models: the refusal, the plan, the migration, the check, what is left over.

use support::command::Place;
use support::records::application::MODELS;
use support::records::{Inside, Kind, pairs};

use super::{BINARY, golden};

/// A database of the models before, with four rows, and a folder whose settings name it.
fn place(kind: Kind) -> (Inside, Place) {
    let inside = support::records::empty(kind);
    assert_eq!(inside.prepare(pairs::OLD, &[]), "ready");
    pairs::fill(&inside, 4);
    let place = Place::empty(BINARY);
    let whereabouts = inside.whereabouts();
    let store = match whereabouts.strip_prefix("sqlite ") {
        Some(_) => {
            // The name of the file is part of what is said.
            let file = place.folder().join("tenon.db");
            inside.kept().backup(&file).expect("a copy");
            "url = \"sqlite:tenon.db\"".to_owned()
        }
        None => {
            let (_, rest) = whereabouts.split_once(' ').expect("a schema");
            let (schema, _) = rest.split_once(' ').expect("an address");
            format!("url = {{ env = \"STORE\" }}\nschema = \"{schema}\"")
        }
    };
    place.write("tenon.toml", &format!("[store]\n{store}\n"));
    (inside, place)
}

struct Session<'p> {
    inside: &'p Inside,
    place: &'p Place,
    said: String,
}

impl Session<'_> {
    fn run(&mut self, models: &str, arguments: &[&str]) -> String {
        let whereabouts = self.inside.whereabouts();
        let host = whereabouts
            .split("host=")
            .nth(1)
            .and_then(|rest| rest.split(' ').next());
        let host = host.unwrap_or_default().replace('/', "%2F");
        let url = format!("postgres://postgres@{host}/postgres");
        let mut command = self.place.command(arguments);
        let output = command
            .env(MODELS, models)
            .env("STORE", url)
            .output()
            .expect("it starts");
        let (out, err) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        let code = output.status.code().expect("it ends by itself");
        self.said.push_str(&format!(
            "$ {} # models: {models}\n{out}{err}exit {code}\n\n",
            arguments.join(" ")
        ));
        out.into_owned()
    }
}

fn hash(said: &str) -> String {
    let (_, hash) = said.rsplit_once("--accept ").expect("a plan");
    hash.trim().to_owned()
}

fn shown(kind: Kind, name: &str) {
    let (inside, place) = place(kind);
    let mut session = Session {
        inside: &inside,
        place: &place,
        said: String::new(),
    };
    let (old, new) = ("old", "fields that are gone");
    session.run(old, &["db", "plan"]);
    session.run(new, &["status"]);
    let plan = hash(&session.run(new, &["db", "plan"]));
    session.run(new, &["db", "migrate", "--accept", "0123456789abcdef"]);
    session.run(new, &["db", "migrate", "--accept", &plan]);
    session.run(old, &["status"]);
    session.run(new, &["db", "plan", "--json"]);
    session.run(new, &["db", "check"]);
    let left = hash(&session.run(new, &["db", "drop-orphans"]));
    session.run(new, &["db", "drop-orphans", "--accept", &left, "--backup", "copy"]);
    session.run(new, &["db", "drop-orphans"]);
    session.run(new, &["db", "backup", "copy"]);
    let folder = place.folder().display().to_string();
    let said = session.said.replace(&folder, "FOLDER");
    golden(name, &redacted(&said, &inside));
}

/// Without the name of the schema and the place of the server, and the hashes that follow from nothing else.
fn redacted(said: &str, inside: &Inside) -> String {
    let whereabouts = inside.whereabouts();
    let mut words = whereabouts.split(' ').skip(1);
    let schema = words.next().unwrap_or_default();
    let host = words
        .next()
        .and_then(|word| word.strip_prefix("host="))
        .unwrap_or("no host");
    let encoded = host.replace('/', "%2F");
    // Long lines are broken where the names happen to end.
    let said = said
        .replace("-\n  | ", "-")
        .replace("\n  | ", " ")
        .replace("\n      ", " ");
    said.replace(schema, "SCHEMA")
        .replace(host, "HOST")
        .replace(&encoded, "HOST")
}

#[test]
fn a_file_is_migrated() {
    shown(Kind::Sqlite, "db_sqlite");
}

#[test]
fn a_schema_is_migrated() {
    if support::postgres::url().is_some() {
        shown(Kind::Postgres, "db_postgres");
    }
}
