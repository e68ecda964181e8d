//! Rules of the grammar in the words of an author: no rule name ever reaches a message.

use super::Rule;

/// How a rule takes part in "what may stand here".
pub(super) enum Weight {
    /// Something that is missing.
    Needed(String),
    /// Something that could have gone on.
    Possible(String),
    /// Says nothing to an author.
    Hidden,
}

/// The word for a rule.
pub(super) fn words(rule: Rule) -> Weight {
    if let Some(word) = keyword(rule) {
        return match STRUCTURE.contains(&word.as_str()) {
            true => Weight::Needed(format!("`{word}`")),
            false => Weight::Possible(format!("`{word}`")),
        };
    }
    match needed(rule) {
        Some(word) => Weight::Needed(word.to_owned()),
        None => possible(rule).map_or(Weight::Hidden, |word| Weight::Possible(word.to_owned())),
    }
}

/// Keywords without which a construct is not complete; the others may stand or not.
const STRUCTURE: [&str; 20] = [
    "because", "else", "by", "from", "to", "as", "in", "when", "every", "per", "delete", "fn", "one", "at", "binds",
    "find", "key", "language", "synced", "import",
];

/// The rules of keywords are named after them.
fn keyword(rule: Rule) -> Option<String> {
    format!("{rule:?}").strip_prefix("kw_").map(str::to_owned)
}

/// What an author must write there.
fn needed(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::word
        | Rule::quoted
        | Rule::name
        | Rule::any_name
        | Rule::dotted
        | Rule::connector_rest
        | Rule::name_rest
        | Rule::dotted_rest
        | Rule::any_name_rest
        | Rule::external_rest
        | Rule::binding_rest => "a name",
        Rule::names | Rule::names_rest | Rule::key_rest | Rule::copy_rest => "names",
        Rule::module => "the path of a Rust module",
        Rule::field_name | Rule::field_name_rest => "the name of a field",
        Rule::colon | Rule::field_sign => "`:`",
        Rule::open_paren | Rule::columns_rest => "`(`",
        Rule::close_paren => "`)`",
        Rule::open_square => "`[`",
        Rule::close_square => "`]`",
        Rule::open_curly | Rule::block | Rule::context_rest => "`{`",
        Rule::close_curly => "`}`",
        Rule::assign => "`=`",
        Rule::fat_arrow => "`=>`",
        Rule::two_way | Rule::both_ways => "`<->`",
        Rule::int | Rule::decimal | Rule::language_rest => "a number",
        Rule::duration => "a time such as 15m",
        Rule::text | Rule::raw_text | Rule::plain | Rule::reason | Rule::serves_rest | Rule::test_rest => "a text",
        Rule::presence => "`present`, `absent`, `null` or `missing`",
        Rule::expr | Rule::binary | Rule::operand | Rule::expr_rest | Rule::value_rest | Rule::check_rest => "a value",
        Rule::path | Rule::paths | Rule::paths_rest | Rule::url | Rule::ignore_rest => "a path",
        Rule::step | Rule::step_head | Rule::function | Rule::function_path => "a function",
        Rule::arm => "a line `value => result`",
        Rule::pattern | Rule::cell | Rule::row_rest => "a value or `_`",
        Rule::literal => "a number, a text or another plain value",
        Rule::record | Rule::given_rest | Rule::expect_rest => "a record",
        Rule::type_expr | Rule::type_unit | Rule::type_rest | Rule::field_rest => "a type",
        Rule::field | Rule::targets_rest | Rule::target | Rule::target_name => "a field",
        Rule::dropped_rest => "what is dropped",
        Rule::import_rest
        | Rule::export_rest
        | Rule::sync_rest
        | Rule::import_name
        | Rule::export_name
        | Rule::sync_name
        | Rule::inline_rest
        | Rule::inline_binding => "a model",
        Rule::extends => "a connector or a version",
        Rule::protocol_rest => "a protocol",
        Rule::one_rest => "`to one`",
        Rule::operation_head => "the name of an operation",
        Rule::operation_rest | Rule::call_request | Rule::http_request | Rule::verb => "`call` or a verb such as `GET`",
        Rule::header_name => "the name of a header",
        Rule::extern_rest | Rule::extern_kind => "`fn`",
        Rule::join_rest | Rule::output_rest => "an external record",
        Rule::adopt_rest => "`by`",
        Rule::batch_rest | Rule::retry_rest => "`every`",
        Rule::skip_rest => "`when`",
        Rule::because_rest => "`because`",
        Rule::severity => "`fail` or `warn`",
        Rule::only_word => "`create`, `update` or `empty`",
        Rule::orphans_word => "`remove`, `keep`, `archive` or `fail`",
        Rule::test_mapping => "`import`, `export` or `sync`",
        Rule::entry_rest => "an entry such as `load StoreView 1 = null`",
        _ => return None,
    })
}

/// What an author could write there.
fn possible(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::comma => "`,`",
        Rule::thin_arrow | Rule::result => "`->`",
        Rule::bar
        | Rule::coalesce
        | Rule::dot
        | Rule::infix
        | Rule::postfix
        | Rule::star
        | Rule::slash
        | Rule::percent
        | Rule::plus
        | Rule::minus
        | Rule::equal
        | Rule::not_equal
        | Rule::less_or_equal
        | Rule::greater_or_equal
        | Rule::less
        | Rule::greater => "an operator",
        Rule::record_field => "a field",
        Rule::args | Rule::params => "`(`",
        Rule::arg => "a value",
        Rule::modifier => "a word such as `max`, `default`, `sensitive`",
        Rule::param => "a parameter",
        Rule::operation_clause => "a clause such as `returns`, `pages`, `once by`",
        Rule::language_source => "`view from StoreView by lang`",
        Rule::variant | Rule::mapping_tail | Rule::alias => "`as`",
        Rule::within => "`within`",
        Rule::join_mark => "`?` or `*`",
        Rule::output_mark => "`? when ..`",
        Rule::join_part => "a clause such as `from`, `in`, `where`",
        Rule::auth => "`auth`",
        Rule::limit => "`limit`",
        Rule::batch_part => "`since`, `overlap`, `priority`",
        Rule::clause => "a clause such as `only`, `when`, `via`",
        Rule::context_entry | Rule::find_entry | Rule::backend_entry | Rule::fn_entry | Rule::lookup_entry => {
            "an entry such as `load StoreView 1 = null`"
        }
        Rule::EOI => "the end of the line",
        _ => return None,
    })
}
