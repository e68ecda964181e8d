//! The real `extern fn`s of cases and shipped connectors, for the interpreter: values in, the same Rust function, values out.

mod records;

use std::borrow::Cow;
use std::sync::Arc;

use tenon_compiler::interpret::{ExternTable, Externs};
use tenon_runtime::generated::{Out, Val, borrowed, elements, nullable};

/// Those of the accepted cases.
pub fn of_cases() -> Arc<dyn Externs> {
    Arc::new(ExternTable(&[
        ("split_street", case_street),
        ("join_street", join_street),
        ("split_town", split_town),
        ("join_town", join_town),
        ("measure", measure),
        ("twice", twice),
        ("trello_color", trello_color),
        ("trello_color_name", trello_color_name),
        ("describe", records::describe),
        ("colors", records::colors),
        ("heaviest", records::heaviest),
        ("doubled", records::doubled),
        ("first_words", records::first_words),
        ("kept", records::kept),
    ]))
}

/// Those of the shipped connectors.
pub fn of_connectors() -> Arc<dyn Externs> {
    Arc::new(ExternTable(&[("split_street", shipped_street)]))
}

fn text_at<'s>(args: &[Val<'s>], position: usize) -> Result<Cow<'s, str>, tenon_runtime::fault::Fault> {
    args[position].clone().into_text()
}

fn own<'s>(text: Option<Cow<'_, str>>) -> Val<'s> {
    text.map_or(Val::Null, |text| Val::made(text.into_owned()))
}

/// Versions of a case differ in what they give: one text, or a list of lines.
fn case_street<'s>(args: &[Val<'s>]) -> Out<'s> {
    if let Val::List(_) = &args[0] {
        let lines = elements(args[0].clone(), Val::into_text)?;
        let lines = borrowed(&lines);
        let made = crate::author::lines::split_street(&lines);
        return Ok(Val::Record(vec![
            ("street", own(Some(made.street))),
            ("street2", own(made.street2)),
        ]));
    }
    let street = text_at(args, 0)?;
    let made = crate::author::split_street(&street);
    Ok(Val::Record(vec![
        ("street", own(Some(made.street))),
        ("street2", own(made.street2)),
    ]))
}

fn shipped_street<'s>(args: &[Val<'s>]) -> Out<'s> {
    let street = text_at(args, 0)?;
    let made = tenon_mappings::magento::split_street(&street);
    Ok(Val::Record(vec![
        ("street", own(Some(made.street))),
        ("street2", own(made.street2)),
    ]))
}

fn measure<'s>(args: &[Val<'s>]) -> Out<'s> {
    let name = text_at(args, 0)?;
    let note = nullable(args[1].clone(), Val::into_text)?;
    let amounts = elements(args[2].clone(), Val::into_decimal)?;
    let words = nullable(args[3].clone(), |list| elements(list, Val::into_text))?;
    let words = words.as_ref().map(|words| borrowed(words));
    let day = nullable(args[4].clone(), Val::into_date)?;
    let is_large = args[5].clone().into_bool()?;
    let made = crate::author::measure(&name, note.as_deref(), &amounts, words.as_deref(), day, is_large)?;
    let words = made.words.into_iter().map(|word| own(Some(word)));
    Ok(Val::Record(vec![
        ("label", own(Some(made.label))),
        ("first", Val::Decimal(made.first)),
        ("words", Val::List(words.collect())),
        ("day", made.day.map_or(Val::Null, Val::Date)),
        ("count", made.count.map_or(Val::Null, Val::Int)),
    ]))
}

fn twice<'s>(args: &[Val<'s>]) -> Out<'s> {
    Ok(Val::Int(crate::author::twice(args[0].clone().into_int()?)))
}

fn trello_color<'s>(args: &[Val<'s>]) -> Out<'s> {
    Ok(Val::Int(crate::author::trello_color(&text_at(args, 0)?)?))
}

fn trello_color_name<'s>(args: &[Val<'s>]) -> Out<'s> {
    let color = crate::author::trello_color_name(args[0].clone().into_int()?)?;
    Ok(own(Some(color)))
}

fn join_street<'s>(args: &[Val<'s>]) -> Out<'s> {
    let rest = nullable(args[1].clone(), Val::into_text)?;
    let street = text_at(args, 0)?;
    let made = crate::author::street::join_street(&street, rest.as_deref());
    Ok(own(Some(made)))
}

fn split_town<'s>(args: &[Val<'s>]) -> Out<'s> {
    let (town, separator) = (text_at(args, 0)?, text_at(args, 1)?);
    let made = crate::author::street::split_town(&town, &separator)?;
    Ok(Val::Record(vec![("place", own(made.place)), ("code", own(made.code))]))
}

fn join_town<'s>(args: &[Val<'s>]) -> Out<'s> {
    let place = nullable(args[0].clone(), Val::into_text)?;
    let code = nullable(args[1].clone(), Val::into_text)?;
    let separator = text_at(args, 2)?;
    let made = crate::author::street::join_town(place.as_deref(), code.as_deref(), &separator)?;
    Ok(own(Some(made)))
}
