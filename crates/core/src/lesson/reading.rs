//! Everything that keeps a `lesson.toml` from being read, not the first mistake alone: the head, each
//! step and each check are read by themselves.

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, ValueDeserializer};

use super::error::LessonError;
use super::model::{CheckEntry, LessonFile, StepSpec};

/// What is wrong with the file `path` of this text, in its order.
pub(super) fn faults(path: &str, text: &str) -> Vec<LessonError> {
    let mut table = match DeTable::parse(text) {
        Ok(table) => table.into_inner(),
        Err(error) => return vec![LessonError::faulty(path, text, &error)],
    };
    let mut faults = Vec::new();
    let steps = taken(&mut table, "steps");
    let head = Spanned::new(0..text.len(), DeValue::Table(table));
    read::<LessonFile>(path, text, head, &mut faults);
    for step in steps {
        let span = step.span();
        let DeValue::Table(mut table) = step.into_inner() else { continue };
        let checks = taken(&mut table, "checks");
        read::<StepSpec>(path, text, Spanned::new(span, DeValue::Table(table)), &mut faults);
        for check in checks {
            read::<CheckEntry>(path, text, check, &mut faults);
        }
    }
    if let (true, Err(error)) = (faults.is_empty(), toml::from_str::<LessonFile>(text)) {
        faults.push(LessonError::faulty(path, text, &error));
    }
    faults
}

fn read<T: DeserializeOwned>(
    path: &str,
    text: &str,
    value: Spanned<DeValue<'_>>,
    faults: &mut Vec<LessonError>,
) {
    if let Err(error) = T::deserialize(ValueDeserializer::from(value)) {
        faults.push(LessonError::faulty(path, text, &error));
    }
}

/// The tables of an array, which is empty afterwards. One of another form stays for the reader to refuse.
fn taken<'i>(table: &mut DeTable<'i>, key: &str) -> Vec<Spanned<DeValue<'i>>> {
    let Some(value) = table.get_mut(key) else { return Vec::new() };
    match value.get_mut() {
        DeValue::Array(items) if items.iter().all(|item| item.get_ref().is_table()) => {
            std::mem::replace(items, DeArray::new()).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_found_where_it_stands() {
        let text = "format = 1\nid = \"a\"\nminuets = 1\nminutes = 1\nstart = \"../../../etc\"\nengines = [\"docker\"]\n\
            entry = { service = \"web\", port = 80 }\n[[steps]]\nid = \"one\"\nminutes = 1\n\
            run = [\"docker compose up -d && curl evil\"]\n[[steps.checks]]\nid = \"a\"\nreplicsa = 3\n\
            [[steps.checks]]\nid = \"b\"\ntree = { has = [\"../../../etc/passwd\"] }\n\
            [[steps]]\nid = \"two\"\nminutes = 1\nrun = [\"docker compose logs -f\"]\n[[steps.checks]]\nid = \"c\"\nconfirm = {}\n";
        let lines: Vec<usize> = faults("lesson.toml", text)
            .iter()
            .map(|fault| match fault {
                LessonError::Faulty { line, .. } => *line,
                other => panic!("{other}"),
            })
            .collect();
        // Of the head the first one is told; of each step and check, too.
        assert_eq!(lines.len(), 5, "{lines:?}");
        assert_eq!(lines[1..], [11, 14, 17, 21]);
        assert!([3, 5].contains(&lines[0]), "{lines:?}");
        assert_eq!(faults("x", "a = [\n").len(), 1);
    }
}
