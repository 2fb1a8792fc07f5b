//! `workshop`: a guided runner for hands-on workshops about running real stacks.
//!
//! The pipeline: `main` parses nothing and calls [`run`]; `cli` turns arguments into a command;
//! `app` wires a lesson, the learner's workspace, an engine and a reporter; `session` goes through
//! apply → observe → check → record and says what happens as `event`s; a `report` prints them.

pub mod check;
pub mod engine;
pub mod event;
pub mod lesson;
pub mod report;
pub mod stack;
pub mod text;
pub mod workspace;
