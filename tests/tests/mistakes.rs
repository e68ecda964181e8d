//! Ten mistakes, one at a time, in the shipped Magento files: each gives one report, at the right token, with a usable help.

use std::path::Path;

use support::compile;

/// Name of the golden, file, what stands there, what an author writes by mistake.
const MISTAKES: [(&str, &str, &str, &str); 10] = [
    (
        "misspelt_field",
        "magento/1.7/shop.tenon.yaml",
        "enabled: is_active",
        "enabled: is_actve",
    ),
    (
        "wrong_type",
        "magento/1.7/partner.tenon",
        "birthday     = c.dob",
        "birthday     = c.email",
    ),
    (
        "unhandled_failure",
        "magento/1.7/partner.tenon",
        "category_id += c.group_id | ref!",
        "category_id += c.group_id | ref",
    ),
    (
        "missing_required_target",
        "magento/1.7/group.tenon",
        "  name = customer_group_code\n",
        "  ignore customer_group_code because \"short\"\n",
    ),
    (
        "two_rules_for_one_target",
        "magento/1.7/partner.tenon",
        "  phone      = home?.telephone\n",
        "  phone      = home?.telephone\n  phone      = firm?.telephone\n",
    ),
    (
        "unknown_function",
        "magento/1.7/shop.tenon.yaml",
        "lang: code | ViewLanguage?",
        "lang: code | lowr | ViewLanguage?",
    ),
    (
        "unclosed_bracket",
        "magento/1.7/shop.tenon.yaml",
        "call ol_groups.search({})",
        "call ol_groups.search({}",
    ),
    (
        "unknown_parent_version",
        "magento/1.7/connector.tenon",
        "extends magento\n",
        "extends magento \"1.6\"\n",
    ),
    (
        "yaml_cut_at_hash",
        "magento/1.7/shop.tenon.yaml",
        "    rules:\n      website_id: website_id | ref!\n",
        "    rules:\n      website_id: website_id | ref!\n    check:\n      - name != \"\" else warn because \"store #{group_id} has no name\"\n",
    ),
    (
        "expression_in_flow_style",
        "magento/1.7/shop.tenon.yaml",
        "lang: code | ViewLanguage? only empty",
        "lang: {value: code | ViewLanguage?, only: empty}",
    ),
];

#[test]
fn each_mistake_in_the_magento_files_gives_one_report() {
    let connectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../mappings/connectors");
    let files = compile::files(&connectors);
    let (number, said) = compile::reports_of(&files);
    assert_eq!(number, 0, "the shipped files are clean:\n{said}");
    for (name, file, right, wrong) in MISTAKES {
        let mut files = files.clone();
        let text = files
            .iter_mut()
            .find(|(path, _)| path == file)
            .map(|(_, text)| text)
            .expect("the file is shipped");
        assert_eq!(
            text.matches(right).count(),
            1,
            "{name}: `{right}` stands once in {file}"
        );
        *text = text.replacen(right, wrong, 1);
        let (number, said) = compile::reports_of(&files);
        insta::with_settings!({
            snapshot_path => "../cases/mistakes", prepend_module_to_snapshot => false, omit_expression => true,
        }, {
            insta::assert_snapshot!(name, said);
        });
        assert_eq!(number, 1, "{name}:\n{said}");
    }
}
