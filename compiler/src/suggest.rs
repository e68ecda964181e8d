//! Did you mean ..? The nearest of the names that could stand somewhere.

/// The candidate nearest to `name`, if it takes fewer changes than a third of the letters.
pub(crate) fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .map(|candidate| (strsim::osa_distance(name, candidate), candidate))
        .filter(|(distance, candidate)| distance * 3 < name.chars().count().max(candidate.chars().count()))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Whether a name may be a slip of the other: fewer changes than a third of the letters.
pub(crate) fn is_near(name: &str, other: &str) -> bool {
    name != other && strsim::osa_distance(name, other) * 3 < name.chars().count().max(other.chars().count())
}

/// `a, b and c`; quotes nothing.
pub(crate) fn listed(names: &[String], last: &str) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [init @ .., end] => format!("{} {last} {end}", init.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggestion_stays_below_a_third() {
        assert_eq!(nearest("emial", ["name", "email"]), Some("email"));
        assert_eq!(nearest("titlecase", ["title_case", "text"]), Some("title_case"));
        assert_eq!(nearest("emailid", ["email", "name"]), Some("email"));
        assert_eq!(nearest("zip", ["vat", "zap"]), None);
        assert_eq!(nearest("postcode", ["zip", "city"]), None);
    }
}
