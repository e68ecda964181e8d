//! Formats and zones that the author writes: whether what reads and writes moments at run time understands them.

use crate::suggest::nearest;
use jiff::Timestamp;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

/// What a format is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// An instant in a zone.
    DateTime,
}

/// What is wrong with a format or zone, and what to write.
#[derive(Debug)]
pub(crate) struct Wrong {
    /// Why it is none.
    pub(crate) why: String,
    /// What to write.
    pub(crate) help: String,
}

/// What is wrong with a format of `strftime`; absent: nothing.
pub(crate) fn wrong_format(format: &str, of: Moment) -> Option<Wrong> {
    let why = match format.contains('%') {
        false => "a format of strftime names its parts with `%`, and there is none".to_owned(),
        true => format!("not a format of strftime for {}", sample(format, of).err()?),
    };
    let usual = match of {
        Moment::Date => "%Y-%m-%d",
        Moment::Time => "%H:%M:%S",
        Moment::DateTime => "%Y-%m-%d %H:%M:%S",
    };
    let meant = translated(format).filter(|meant| sample(meant, of).is_ok());
    let help = match meant {
        Some(meant) => format!("write \"{meant}\""),
        None => format!("the parts are those of strftime, as in \"{usual}\""),
    };
    Some(Wrong { why, help })
}

/// Writes a moment in the format; where that fails, what it was.
fn sample(format: &str, of: Moment) -> Result<(), &'static str> {
    let zoned = Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
    let (made, what) = match of {
        // A day may be written as its first instant.
        Moment::Date => (strtime::format(format, zoned.datetime()), "a date"),
        Moment::Time => (strtime::format(format, zoned.datetime()), "a time"),
        Moment::DateTime => (strtime::format(format, &zoned), "a datetime"),
    };
    made.map(|_| ()).map_err(|_| what)
}

/// The same in the words of strftime, where it is written as Java (`yyyy-MM-dd`) or PHP (`Y-m-d`) write it.
fn translated(format: &str) -> Option<String> {
    const JAVA: [(&str, &str); 8] = [
        ("yyyy", "%Y"),
        ("YYYY", "%Y"),
        ("MM", "%m"),
        ("dd", "%d"),
        ("DD", "%d"),
        ("HH", "%H"),
        ("mm", "%M"),
        ("ss", "%S"),
    ];
    const PHP: [(char, &str); 6] = [
        ('Y', "%Y"),
        ('m', "%m"),
        ('d', "%d"),
        ('H', "%H"),
        ('i', "%M"),
        ('s', "%S"),
    ];
    if format.contains('%') {
        return None;
    }
    let java = JAVA
        .iter()
        .fold(format.to_owned(), |made, (from, to)| made.replace(from, to));
    if java != format {
        return Some(java);
    }
    let part = |letter: char| PHP.iter().find(|(php, _)| *php == letter);
    let is_php = format.chars().all(|c| !c.is_alphabetic() || part(c).is_some());
    let php = || {
        format
            .chars()
            .map(|c| part(c).map_or_else(|| c.to_string(), |(_, to)| (*to).to_owned()))
    };
    is_php.then(|| php().collect())
}

/// What is wrong with the name of a zone; absent: nothing.
pub(crate) fn wrong_zone(name: &str) -> Option<Wrong> {
    TimeZone::get(name).err()?;
    let known: Vec<String> = jiff::tz::db().available().map(|zone| zone.to_string()).collect();
    let near = nearest(name, known.iter().map(String::as_str));
    Some(Wrong {
        why: "unknown zone".to_owned(),
        help: match near {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => "write a name of the IANA list: \"UTC\", \"Europe/Paris\"".to_owned(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::{Moment, wrong_format, wrong_zone};

    #[test]
    fn formats_of_other_languages_are_translated() {
        let help = |format| wrong_format(format, Moment::DateTime).map(|wrong| wrong.help);
        assert_eq!(
            help("yyyy-MM-dd HH:mm:ss").as_deref(),
            Some("write \"%Y-%m-%d %H:%M:%S\"")
        );
        assert_eq!(help("d.m.Y H:i").as_deref(), Some("write \"%d.%m.%Y %H:%M\""));
        assert_eq!(help("%Y-%m-%dT%H:%M:%S%z"), None);
        assert!(wrong_format("%Y-%m-%d %H:%M", Moment::Date).is_none());
        assert!(wrong_format("%Y-%m-%d %z", Moment::Date).is_some());
        assert!(wrong_format("%!", Moment::DateTime).is_some());
    }

    #[test]
    fn zones_are_those_of_the_iana_list() {
        assert!(wrong_zone("UTC").is_none() && wrong_zone("America/Argentina/Buenos_Aires").is_none());
        let help = |name| wrong_zone(name).map(|wrong| wrong.help);
        assert_eq!(help("Europe/Pariss").as_deref(), Some("did you mean \"Europe/Paris\"?"));
    }
}
