//! The learner's folder: created, changed by journalled edits, undone, reset.

pub mod merge;
