//! Literals as the author writes them.

use super::Literal;

/// `"a"`, `0.00`, `null`
pub fn show(literal: &Literal) -> String {
    match literal {
        Literal::Null => "null".to_owned(),
        Literal::Missing => "missing".to_owned(),
        Literal::Text(text) => format!("\"{text}\""),
        Literal::Int(number) => number.to_string(),
        Literal::Decimal(digits) => digits.clone(),
        Literal::Bool(value) => value.to_string(),
    }
}
