//! The application as a process: a folder with a `tenon.toml`, arguments in, exit code and text out.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;
use tenon_runtime::app::config;
use tenon_runtime::registry::Registry;

/// The instance that [`Place::for_shop`] writes into `tenon.toml`.
pub const INSTANCE: &str = "shop";
/// The variable that holds the key of the shop.
const KEY_VARIABLE: &str = "SHOP_KEY";

/// A folder of its own for one test.
#[derive(Debug)]
pub struct Place {
    folder: TempDir,
    binary: PathBuf,
    key: String,
}

/// What a command said.
#[derive(Debug)]
pub struct Said {
    /// The exit code; absent: it was killed.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Place {
    /// An empty folder.
    pub fn empty(binary: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self {
            folder,
            binary: PathBuf::from(binary),
            key: String::new(),
        }
    }

    /// A folder whose `tenon.toml` names a shop.
    pub fn for_shop(binary: &str, url: &str, user: &str, key: &str) -> Self {
        let place = Self {
            key: key.to_owned(),
            ..Self::empty(binary)
        };
        place.write("tenon.toml", &Self::settings(url, user, ""));
        place
    }

    /// The text of a `tenon.toml` with further lines at its top.
    pub fn settings(url: &str, user: &str, top: &str) -> String {
        format!(
            "{top}\n[instance.{INSTANCE}]\nconnector = \"magento\"\nversion = \"1.7\"\nurl = \"{url}\"\nuser = \"{user}\"\n\
             key = {{ env = \"{KEY_VARIABLE}\" }}\n"
        )
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The database that the settings name by default.
    pub fn database(&self) -> PathBuf {
        self.folder().join("tenon.db")
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder().join(name), text).expect("the folder is writable");
    }

    /// A command that was not started yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).current_dir(self.folder()).stdin(Stdio::null());
        command
            .env(KEY_VARIABLE, &self.key)
            .env("NO_COLOR", "1")
            .env_remove("FAILPOINTS");
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Said {
        self.command(arguments).output().expect("the application starts").into()
    }

    /// The same without stopping the tasks of the caller.
    pub async fn run_beside(&self, arguments: &[&str]) -> Said {
        let mut command = tokio::process::Command::from(self.command(arguments));
        command.output().await.expect("the application starts").into()
    }
}

/// What a log would show of settings in which every variable holds the same.
pub fn settings_as_debug(text: &str, variable: &str) -> String {
    let registry = Registry::default();
    tenon_mappings::register_all(&registry);
    let environment = |_: &str| Some(variable.to_owned());
    let config = config::parse("tenon.toml", text, Path::new("."), &registry.connectors(), &environment);
    format!("{:?}", config.expect("the settings fit"))
}

/// A text without what differs from run to run: ports, public names of jobs, times.
pub fn redacted(text: &str) -> String {
    let text = numbers_after(text, "127.0.0.1:", "PORT");
    let text = numbers_after(&text, "_at_us\":", "TIME");
    let text = numbers_after(&text, "eta_us\":", "TIME");
    let text = without_clock(&text);
    let parts: Vec<&str> = text.split("\"uuid\":\"").collect();
    let without_uuid = |part: &&str| part.get(UUID..).unwrap_or_default().to_owned();
    let (first, rest) = parts.split_first().expect("a split has a first part");
    let rest: Vec<String> = rest.iter().map(without_uuid).collect();
    std::iter::once((*first).to_owned())
        .chain(rest.iter().map(|rest| format!("\"uuid\":\"UUID{rest}")))
        .collect()
}

/// Letters of a UUID as text.
const UUID: usize = 36;

fn numbers_after(text: &str, before: &str, name: &str) -> String {
    let mut parts = text.split(before);
    let mut made = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|letter: char| letter.is_ascii_digit());
        let shown = if rest.len() < part.len() { name } else { "" };
        made.push_str(&format!("{before}{shown}{rest}"));
    }
    made
}

/// `07:31:02 UTC` as CLOCK.
fn without_clock(text: &str) -> String {
    let parts: Vec<&str> = text.split(" UTC").collect();
    let (last, times) = parts.split_last().expect("a split has a part");
    let shown = times.iter().map(|part| {
        let before = part.len() - "07:31:02".len();
        format!("{}CLOCK", &part[..before])
    });
    shown.chain(std::iter::once((*last).to_owned())).collect()
}
