//! What is registered, what is chosen and why, and whether an instance answers.

use super::{INSTANCE, Place, golden, json, redacted, shop};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_registered_is_listed_and_explained() {
    let (_shop, place) = shop().await;
    let mut said = String::new();
    for (arguments, code) in [
        (&["backends"][..], 0),
        (&["units", INSTANCE], 0),
        (&["units", "shopp"], 2),
        (&["explain", INSTANCE, "res.partner", "import-mapper"], 0),
        (&["explain", INSTANCE, "Customer", "import-mapper"], 0),
        (
            &["explain", INSTANCE, "res.partner", "import mapper", "--as", "book"],
            2,
        ),
        (&["explain", INSTANCE, "res.partnr", "import-mapper"], 2),
        (&["explain", INSTANCE, "Customer", "price list"], 2),
    ] {
        let told = place.run_beside(arguments).await;
        said.push_str(&format!(
            "$ connectors {}\n{}{}exit {}\n\n",
            arguments.join(" "),
            told.out,
            told.err,
            told.code.unwrap_or_default()
        ));
        assert_eq!(told.code, Some(code), "{said}");
    }
    assert!(!place.database().exists(), "looking makes no store");
    golden("units", &without_lines(&redacted(&said)));
    let told = place.run_beside(&["units", INSTANCE, "--json"]).await;
    assert!(json(&told).as_array().is_some_and(|units| units.len() > 5), "{told:?}");
}

/// Without the lines of mapping files, which move.
fn without_lines(text: &str) -> String {
    let lines = text.lines().map(|line| match line.split_once(":") {
        Some(_) => {
            let parts: Vec<&str> = line.split(')').collect();
            let shown = parts.iter().map(|part| match part.rsplit_once(':') {
                Some((file, line)) if !line.is_empty() && line.chars().all(|digit| digit.is_ascii_digit()) => file,
                Some(_) | None => part,
            });
            shown
                .collect::<Vec<_>>()
                .join(")")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        }
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_is_asked_whether_it_answers() {
    let (shop, place) = shop().await;
    let told = place.run_beside(&["check", INSTANCE, "--json"]).await;
    assert_eq!(told.code, Some(0), "{told:?}");
    let answer = json(&told);
    assert!(answer["bytes"].as_u64().is_some_and(|bytes| bytes > 2), "{answer}");
    drop(shop);
    let silent = place.run_beside(&["check", INSTANCE]).await;
    assert_eq!(silent.code, Some(1), "{silent:?}");
    assert!(silent.err.contains("cannot list"), "{silent:?}");
    let wrong = Place::empty(super::BINARY);
    wrong.write("tenon.toml", "");
    assert_eq!(wrong.run_beside(&["check", INSTANCE]).await.code, Some(2));
}
