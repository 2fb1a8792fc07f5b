//! What a Dockerfile means: [`Stages`], for questions about which stage is built from which and
//! what each brings along; [`Dockerfile`], its last stage as far as a stack without containers can
//! follow it.
//!
//! What is behind `ONBUILD`, in base images and in other build contexts is not seen.

mod grammar;
mod last;
mod lines;
mod shell;
mod stages;
mod start;

pub use grammar::refusal;
pub use last::{Action, Dockerfile, Trouble};
pub use lines::{Instruction, instructions};
pub use stages::{Base, CopyFrom, HealthLine, Put, Stage, Stages, Start, image_words};
pub use start::StartFault;
