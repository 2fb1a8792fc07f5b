//! The learner's folder: created, changed by journalled edits, undone, reset.

pub mod disk;
pub mod files;
pub mod merge;
pub mod patch;
