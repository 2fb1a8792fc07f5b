//! What makes a lesson felt: what is expected before and seen after, its words explained, and the
//! lesson on paper.

mod glossary;
mod handout;
mod predictions;
