//! Words of a fact to a path through our records: patterns of the alias table first, then names one by one.

use std::collections::BTreeMap;

/// A step of a path: `order_line[kind=shipping].name`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// `.name`
    Field(String),
    /// `[0]`
    Index(usize),
    /// `[kind=shipping]`: the one element where the path leads to this text.
    Where(Vec<Step>, String),
}

/// What stands in the holes of a pattern, by their names; `None`: the text is of another form.
///
/// A hole takes as little as it can, and never nothing.
pub fn holes(pattern: &str, text: &str) -> Option<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    let Some((start, rest)) = pattern.split_once('{') else {
        return (pattern == text).then_some(found);
    };
    let mut text = text.strip_prefix(start)?;
    let mut rest = rest;
    loop {
        let (name, after) = rest.split_once('}')?;
        let (literal, next) = after
            .split_once('{')
            .map_or((after, None), |(literal, next)| (literal, Some(next)));
        let end = match next {
            None => text.strip_suffix(literal)?.len(),
            Some(_) => text.find(literal)?,
        };
        let (value, tail) = text.split_at_checked(end)?;
        if value.is_empty() {
            return None;
        }
        found.insert(name.to_owned(), value.to_owned());
        text = tail.strip_prefix(literal)?;
        match next {
            None => return text.is_empty().then_some(found),
            Some(next) => rest = next,
        }
    }
}

/// A form with its holes filled.
pub fn filled(form: &str, holes: &BTreeMap<String, String>) -> String {
    holes.iter().fold(form.to_owned(), |form, (name, value)| {
        form.replace(&format!("{{{name}}}"), value)
    })
}

/// Reads a path; `names` says what a name of theirs is called here. `None`: it is none.
pub fn parse(path: &str, names: &BTreeMap<String, String>) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = path;
    loop {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, tail) = rest.split_at(end);
        steps.extend(named(name, names)?);
        rest = tail;
        while let Some(inner) = rest.strip_prefix('[') {
            let end = closing(inner)?;
            steps.push(bracket(&inner[..end], names)?);
            rest = &inner[end + 1..];
        }
        match rest.strip_prefix('.') {
            Some(tail) => rest = tail,
            None => return rest.is_empty().then_some(steps),
        }
    }
}

/// A name of theirs may be a path here.
fn named(name: &str, names: &BTreeMap<String, String>) -> Option<Vec<Step>> {
    let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '@');
    if name.is_empty() || !name.chars().all(plain) {
        return None;
    }
    match names.get(name) {
        Some(ours) => parse(ours, &BTreeMap::new()),
        None => Some(vec![Step::Field(name.to_owned())]),
    }
}

/// Where the bracket ends that was opened before this text.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (place, letter) in text.char_indices() {
        match letter {
            '[' => depth += 1,
            ']' if depth == 0 => return Some(place),
            ']' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn bracket(inside: &str, names: &BTreeMap<String, String>) -> Option<Step> {
    match inside.rsplit_once('=') {
        Some((path, text)) => Some(Step::Where(parse(path, names)?, text.to_owned())),
        None => inside.parse().ok().map(Step::Index),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn patterns_take_texts_apart() {
        assert_eq!(
            holes("line of {key}: {field}", "line of 512: a: b"),
            Some(texts(&[("key", "512"), ("field", "a: b")]))
        );
        assert_eq!(holes("line of {key}: {field}", "line of : b"), None);
        assert_eq!(
            holes("{field} when set", "name when set"),
            Some(texts(&[("field", "name")]))
        );
        assert_eq!(holes("all", "all"), Some(texts(&[])));
        assert_eq!(
            filled("[k={key}].{field}", &texts(&[("key", "1"), ("field", "f")])),
            "[k=1].f"
        );
    }

    #[test]
    fn paths_are_read() {
        let field = |name: &str| Step::Field(name.to_owned());
        let names = texts(&[("theirs", "a.b[0]")]);
        assert_eq!(
            parse("lines[p.@X[0].@key=5].theirs", &names),
            Some(vec![
                field("lines"),
                Step::Where(
                    vec![field("p"), field("@X"), Step::Index(0), field("@key")],
                    "5".to_owned()
                ),
                field("a"),
                field("b"),
                Step::Index(0),
            ])
        );
        assert_eq!(parse("no path", &names), None);
        assert_eq!(parse("a[", &names), None);
        assert_eq!(parse("a[0]b", &names), None);
    }
}
