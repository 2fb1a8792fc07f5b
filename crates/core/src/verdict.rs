//! What comes of a check: a [`Verdict`], its [`Outcome`] and the [`Place`] in the learner's files.

use workshop_engine::Replica;
use workshop_text::Text;

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// What was asked for is there.
    Pass,
    /// The learner's change is not there yet.
    NotYet,
    /// The machine is in the way: Docker is down, a port is taken, an image is missing.
    Environment,
}

/// Where in a file of the learner's, both counted from 1, the column in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Relative to the workspace, with `/`.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// Characters to underline; at least 1.
    pub width: u32,
    /// The learner's own line, for the caret.
    pub source: String,
}

/// A place whose keys are there where it is not, too.
pub(crate) fn place_or_nulls<S: serde::Serializer>(
    place: &Option<Place>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    use serde::ser::SerializeMap;

    let place = place.as_ref();
    let mut map = serializer.serialize_map(Some(5))?;
    map.serialize_entry("file", &place.map(|place| &place.file))?;
    map.serialize_entry("line", &place.map(|place| place.line))?;
    map.serialize_entry("column", &place.map(|place| place.column))?;
    map.serialize_entry("width", &place.map(|place| place.width))?;
    map.serialize_entry("source", &place.map(|place| &place.source))?;
    map.end()
}

/// What a check says, with its evidence.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Verdict {
    /// What came of it.
    #[serde(rename = "verdict")]
    pub outcome: Outcome,
    /// One sentence: what is so, and why it matters.
    pub message: Text,
    /// What should be there, where that can be shown.
    pub expected: Option<Text>,
    /// What is there instead.
    pub observed: Option<Text>,
    /// Where in the learner's files, with the line itself.
    #[serde(flatten, serialize_with = "place_or_nulls")]
    pub place: Option<Place>,
    /// It may become a pass by itself (a replica still starting): worth asking again until the
    /// check's deadline.
    #[serde(skip)]
    pub settling: bool,
    /// It passes because there was nothing to look at here: it proves nothing, and nothing is claimed.
    #[serde(skip)]
    pub vacuous: bool,
    /// The replica that has ended, whose own last words belong to it; the step's other live checks
    /// would only say the same.
    #[serde(skip)]
    pub ended: Option<String>,
    /// A picture of numbers that belongs to it: each replica's share of the traffic.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shares: Vec<Share>,
    /// Lines worth showing as they are: a line of each replica's log.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
    /// Figures that were measured.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<Table>,
}

/// Figures under their headings; every row is as long as the head.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Table {
    /// One heading a column.
    pub head: Vec<Text>,
    /// One cell a column, already formatted.
    pub rows: Vec<Vec<String>>,
}

/// How much of something one replica got.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Share {
    /// Service and index: `backend-3`.
    pub label: String,
    /// How many answers, requests or the like.
    pub count: u32,
}

impl Verdict {
    fn new(outcome: Outcome, message: Text) -> Self {
        Self {
            outcome,
            message,
            expected: None,
            observed: None,
            place: None,
            settling: false,
            vacuous: false,
            ended: None,
            shares: Vec::new(),
            lines: Vec::new(),
            tables: Vec::new(),
        }
    }

    /// A pass, with nothing beside its message.
    pub fn pass(message: Text) -> Self {
        Self::new(Outcome::Pass, message)
    }

    /// The learner's change is not there yet.
    pub fn not_yet(message: Text) -> Self {
        Self::new(Outcome::NotYet, message)
    }

    /// The machine is in the way.
    pub fn environment(message: Text) -> Self {
        Self::new(Outcome::Environment, message)
    }

    /// Whether the check has passed.
    pub fn is_pass(&self) -> bool {
        self.outcome == Outcome::Pass
    }

    /// Whether one of `before` has said all of it, and it is too long to be said again; whatever
    /// else each has measured.
    pub fn is_said_by<'v>(&self, mut before: impl Iterator<Item = &'v Self>) -> bool {
        let more = self.place.is_some() || self.expected.is_some() || !self.lines.is_empty();
        let is_long = more || self.outcome == Outcome::Environment;
        let essence = |v: &'_ Self| {
            (
                v.outcome,
                v.message.clone(),
                v.expected.clone(),
                v.observed.clone(),
                v.place.clone(),
                v.lines.clone(),
            )
        };
        !self.is_pass() && is_long && before.any(|one| essence(one) == essence(self))
    }

    /// Adds what should be there.
    #[must_use]
    pub fn expected(mut self, text: impl Into<Text>) -> Self {
        self.expected = Some(text.into());
        self
    }

    /// Adds what is there instead.
    #[must_use]
    pub fn observed(mut self, text: impl Into<Text>) -> Self {
        self.observed = Some(text.into());
        self
    }

    /// Adds the place in the learner's files, where there is one.
    #[must_use]
    pub fn at(mut self, place: Option<Place>) -> Self {
        self.place = place;
        self
    }

    #[must_use]
    pub(crate) fn vacuous(mut self) -> Self {
        self.vacuous = true;
        self
    }

    #[must_use]
    pub(crate) fn settling(mut self) -> Self {
        self.settling = true;
        self
    }

    /// It is about a replica that has ended, and does not come up by waiting.
    #[must_use]
    pub fn ended(mut self, replica: &Replica) -> Self {
        self.ended = Some(replica.label());
        self.settling = false;
        self
    }

    /// Adds each replica's share.
    #[must_use]
    pub fn shares(mut self, shares: Vec<Share>) -> Self {
        self.shares = shares;
        self
    }

    /// Adds lines to be shown as they are.
    #[must_use]
    pub fn lines(mut self, lines: Vec<String>) -> Self {
        self.lines = lines;
        self
    }

    #[must_use]
    pub(crate) fn tables(mut self, tables: Vec<Table>) -> Self {
        self.tables = tables;
        self
    }
}
