//! This user's courses: where they come from ([`source`]), what is taken of them (`taken`), where
//! they are kept so that they play without that ([`Shelf`]), and how a lesson is found among them
//! ([`Library`]).

pub mod bundle;
pub mod changes;
mod error;
pub mod fetch;
mod git;
mod library;
mod lockfile;
mod shelf;
pub mod source;
mod taken;
mod unpack;

pub use error::CourseError;
pub use library::{Library, Listed};
pub use lockfile::{Entry, Kind};
pub use shelf::{Open, Shelf};
pub use taken::course_at;
