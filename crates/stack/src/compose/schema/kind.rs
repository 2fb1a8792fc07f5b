//! What may stand behind a key: [`Kind`], put together by small constant functions.

/// A key and what it takes.
pub(super) type Key = (&'static str, Kind);

/// Which values are taken. What is not said is not taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    /// Of [`TEXT`], [`INT`], [`FLOAT`], [`BOOL`], [`NULL`].
    pub scalars: u8,
    /// What a text must look like besides.
    pub form: Form,
    /// The texts that are taken; any where there are none.
    pub words: &'static [&'static str],
    pub list: Option<&'static Self>,
    /// No two items of the list may be the same.
    pub distinct: bool,
    pub mapping: Mapping,
}

/// Which mappings are taken.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mapping {
    No,
    /// Any at all.
    Any,
    /// With these keys; with `x-…` and with unknown ones where they are said to be welcome.
    Keys {
        keys: &'static [Key],
        required: &'static [&'static str],
        extensions: bool,
        open: bool,
    },
    /// With names of the file's own, and such values.
    Names(&'static Kind),
    /// The same, with the names of services, networks, volumes ...
    Own(&'static Kind),
}

/// What a text must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Free,
    Whole,
    Fraction,
    Flag,
    Length,
    Size,
    /// Of a container.
    Name,
    /// `name=address`.
    Host,
    /// When an image is pulled.
    Pull,
}

pub(super) const TEXT: u8 = 1;
pub(super) const INT: u8 = 2;
pub(super) const FLOAT: u8 = 4;
pub(super) const BOOL: u8 = 8;
pub(super) const NULL: u8 = 16;

pub(super) const STRING: Kind = of(TEXT);
pub(super) const INTEGER: Kind = of(TEXT | INT);
pub(super) const NUMBER: Kind = of(TEXT | INT | FLOAT);
pub(super) const BOOLEAN: Kind = of(TEXT | BOOL);
pub(super) const SCALAR: Kind = of(TEXT | INT | FLOAT | BOOL);
pub(super) const ONLY_INTEGER: Kind = of(INT);
pub(super) const ONLY_NUMBER: Kind = of(INT | FLOAT);
pub(super) const ONLY_BOOLEAN: Kind = of(BOOL);
pub(super) const NOTHING: Kind = of(NULL);
pub(super) const ANYTHING: Kind = Kind { mapping: Mapping::Any, ..of(0) };
/// A whole number, in quotes too.
pub(super) const WHOLE: Kind = INTEGER.like(Form::Whole);
pub(super) const WHOLE_NUMBER: Kind = NUMBER.like(Form::Whole);
pub(super) const FRACTION: Kind = NUMBER.like(Form::Fraction);
pub(super) const FLAG: Kind = BOOLEAN.like(Form::Flag);
pub(super) const LENGTH: Kind = STRING.like(Form::Length);
pub(super) const SIZE: Kind = NUMBER.like(Form::Size);
pub(super) const NAME: Kind = STRING.like(Form::Name);
pub(super) const HOST: Kind = STRING.like(Form::Host);
pub(super) const PULL: Kind = STRING.like(Form::Pull);
pub(super) const WHOLE_SIZE: Kind = INTEGER.like(Form::Size);

const fn of(scalars: u8) -> Kind {
    Kind { scalars, form: Form::Free, words: &[], list: None, distinct: false, mapping: Mapping::No }
}

pub(super) const fn words(words: &'static [&'static str]) -> Kind {
    Kind { words, ..STRING }
}

pub(super) const fn list(item: &'static Kind) -> Kind {
    of(0).or_list(item)
}

/// A list without the same thing twice.
pub(super) const fn set(item: &'static Kind) -> Kind {
    of(0).or_set(item)
}

pub(super) const fn map(value: &'static Kind) -> Kind {
    of(0).or_map(value)
}

pub(super) const fn own(value: &'static Kind) -> Kind {
    Kind { mapping: Mapping::Own(value), ..of(0) }
}

/// A mapping with these keys and `x-…`.
pub(super) const fn keys(keys: &'static [Key], required: &'static [&'static str]) -> Kind {
    of(0).or_keys(keys, required)
}

/// A mapping with these keys and no other.
pub(super) const fn bare_keys(keys: &'static [Key], required: &'static [&'static str]) -> Kind {
    of(0).or_bare_keys(keys, required)
}

/// A mapping with these keys and any others.
pub(super) const fn open_keys(keys: &'static [Key], required: &'static [&'static str]) -> Kind {
    of(0).or_open_keys(keys, required)
}

impl Kind {
    const fn like(self, form: Form) -> Self {
        Self { form, ..self }
    }

    pub(super) const fn or_nothing(self) -> Self {
        Self { scalars: self.scalars | NULL, ..self }
    }

    pub(super) const fn or_list(self, item: &'static Self) -> Self {
        Self { list: Some(item), ..self }
    }

    pub(super) const fn or_set(self, item: &'static Self) -> Self {
        Self { list: Some(item), distinct: true, ..self }
    }

    pub(super) const fn or_map(self, value: &'static Self) -> Self {
        Self { mapping: Mapping::Names(value), ..self }
    }

    pub(super) const fn or_keys(self, keys: &'static [Key], required: &'static [&'static str]) -> Self {
        Self { mapping: Mapping::Keys { keys, required, extensions: true, open: false }, ..self }
    }

    pub(super) const fn or_bare_keys(self, keys: &'static [Key], required: &'static [&'static str]) -> Self {
        Self { mapping: Mapping::Keys { keys, required, extensions: false, open: false }, ..self }
    }

    pub(super) const fn or_open_keys(self, keys: &'static [Key], required: &'static [&'static str]) -> Self {
        Self { mapping: Mapping::Keys { keys, required, extensions: true, open: true }, ..self }
    }
}
