//! Lessons: what a machine reads of them (`lesson.toml`) and what a person reads (`LANG.md`).

pub mod action;
pub mod catalog;
pub mod course;
mod demands;
pub mod effects;
mod error;
pub mod laid;
pub mod markdown;
pub mod model;
pub mod origin;
pub(crate) mod places;
pub mod prediction;
mod reading;
pub mod validate;

pub use catalog::{Catalog, Lesson};
pub use error::LessonError;
pub use model::LessonFile;
pub use origin::Origin;
