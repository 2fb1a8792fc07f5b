//! Where something stands in a `lesson.toml`, by the reader's spans.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Sees every text of the table with its key and its place.
pub(crate) fn each_text(table: &DeTable<'_>, see: &mut dyn FnMut(&str, &str, Range<usize>)) {
    for (key, value) in table {
        value_texts(key.get_ref(), value, see);
    }
}

fn value_texts(key: &str, value: &Spanned<DeValue<'_>>, see: &mut dyn FnMut(&str, &str, Range<usize>)) {
    match value.get_ref() {
        DeValue::String(text) => see(key, text, value.span()),
        DeValue::Array(items) => items.iter().for_each(|item| value_texts(key, item, see)),
        DeValue::Table(table) => each_text(table, see),
        _ => {}
    }
}

/// `:LINE:COLUMN` of the last text `value` under one of these keys; of the key itself, where it stands
/// at the top and `value` is empty, or is `value` in a table of the top; nothing where it is not found.
pub(crate) fn place(text: &str, keys: &[&str], value: &str) -> String {
    let Ok(table) = DeTable::parse(text) else { return String::new() };
    let mut found = None;
    each_text(table.get_ref(), &mut |key, own, span| {
        if keys.contains(&key) && own == value {
            found = Some(span.start);
        }
    });
    let top =
        || table.get_ref().keys().find(|key| value.is_empty() && keys.contains(&key.get_ref().as_ref()));
    let tables = || table.get_ref().values().filter_map(|value| value.get_ref().as_table());
    let inner = || tables().flat_map(DeTable::keys).find(|key| key.get_ref() == value);
    let start = found.or_else(|| top().or_else(inner).map(|key| key.span().start));
    start
        .map(|start| line_and_column(text, start))
        .map_or_else(String::new, |(line, column)| format!(":{line}:{column}"))
}

/// Both from 1, the column in characters.
pub(crate) fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset.min(text.len())];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}
