//! Lessons: what a machine reads of them (`lesson.toml`) and what a person reads (`LANG.md`).

pub mod markdown;
