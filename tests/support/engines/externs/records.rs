//! Functions of records, lists and maps: what generated code does with their arguments and results, by hand.

use tenon_runtime::generated::{
    Out, RecordParts, Val, elements, entries, json_of, list_of, map_of, nullable, own_json, own_key, own_text, record,
};

use super::own;
use crate::author::records as author;
use crate::cases::extern_records::shop::{DescribeLines, DescribeSize, DescribeSizeOf, KeptAt};

pub(super) fn describe<'s>(args: &[Val<'s>]) -> Out<'s> {
    let mut size = RecordParts::of(args[0].clone())?;
    let mut of = size.part("of", RecordParts::of)?;
    let size = DescribeSize {
        width: size.part("width", |value| nullable(value, Val::into_decimal))?,
        unit: size.part("unit", |value| nullable(value, Val::into_text))?,
        of: DescribeSizeOf {
            name: of.part("name", Val::into_text)?,
        },
    };
    let lines = elements(args[1].clone(), |line| {
        let mut line = RecordParts::of(line)?;
        Ok(DescribeLines {
            sku: line.part("sku", Val::into_text)?,
            price: line.part("price", Val::into_decimal)?,
            note: line.part("note", |value| nullable(value, Val::into_text))?,
        })
    })?;
    let note = nullable(args[2].clone(), Val::into_text)?;
    let made = author::describe(&size, &lines, note.as_deref())?;
    let size = made.size.map_or(Val::Null, |size| {
        Val::Record(vec![("text", own_text(size.text)), ("exact", Val::Bool(size.exact))])
    });
    let lines = list_of(made.lines, |line| {
        let share = line.share.map_or(Val::Missing, Val::Decimal);
        record(vec![("sku", own_text(line.sku)), ("share", share)])
    });
    Ok(Val::Record(vec![
        ("label", own_text(made.label)),
        ("total", Val::Decimal(made.total)),
        ("size", size),
        ("lines", lines),
    ]))
}

pub(super) fn colors<'s>(args: &[Val<'s>]) -> Out<'s> {
    let colors = elements(args[0].clone(), |color| nullable(color, Val::into_text))?;
    Ok(list_of(author::colors(&colors), own))
}

pub(super) fn heaviest<'s>(args: &[Val<'s>]) -> Out<'s> {
    let weights = nullable(args[0].clone(), |map| entries(map, Val::into_decimal))?;
    let made = author::heaviest(weights.as_ref());
    Ok(made.map_or(Val::Null, |made| {
        Val::Record(vec![
            ("name", own_text(made.name)),
            ("weight", Val::Decimal(made.weight)),
        ])
    }))
}

pub(super) fn doubled<'s>(args: &[Val<'s>]) -> Out<'s> {
    let weights = entries(args[0].clone(), Val::into_decimal)?;
    Ok(map_of(author::doubled(&weights), Val::Decimal))
}

pub(super) fn first_words<'s>(args: &[Val<'s>]) -> Out<'s> {
    let words = nullable(args[0].clone(), |list| {
        elements(list, |words| elements(words, Val::into_text))
    })?;
    let tag = nullable(args[1].clone(), Val::into_ref)?;
    let key = nullable(args[2].clone(), Val::into_text)?;
    let made = author::first_words(words.as_deref(), tag, key.as_deref());
    Ok(record(vec![
        ("words", list_of(made.words, own_text)),
        ("tag", made.tag.map_or(Val::Missing, Val::Ref)),
        ("key", made.key.map_or(Val::Null, own_key)),
    ]))
}

pub(super) fn kept<'s>(args: &[Val<'s>]) -> Out<'s> {
    let more = json_of(args[0].clone())?;
    let at = nullable(args[1].clone(), |at| {
        Ok(KeptAt {
            id: RecordParts::of(at)?.part("id", Val::into_int)?,
        })
    })?;
    Ok(author::kept(&more, at.as_ref()).map_or(Val::Null, own_json))
}
