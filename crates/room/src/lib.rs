//! The room of a class: the presenter's laptop serves one page, and the learners' programs say what
//! came of their checks. Its main type will be the room that [`protocol`] speaks of. It knows no
//! lesson, no engine and no workspace: what it shows is what it was told.

pub mod protocol;
