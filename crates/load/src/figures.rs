//! How figures are serialised: times in milliseconds, to a microsecond; shares and rates to a millionth.

use std::time::Duration;

use serde::{Serialize, Serializer};

/// Milliseconds.
pub(crate) fn ms<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(in_ms(*time))
}

/// Milliseconds; nothing where nothing was measured, which is a time of zero.
pub(crate) fn measured<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    (!time.is_zero()).then(|| in_ms(*time)).serialize(serializer)
}

/// Classes of a distribution, each its bound in milliseconds and how many.
pub(crate) fn classes<S: Serializer>(all: &[(Duration, u64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(all.iter().map(|(bound, number)| (in_ms(*bound), number)))
}

pub(crate) fn rounded<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(to(*number, 1e6))
}

pub(crate) fn rounded_if<S: Serializer>(number: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    number.map(|number| to(number, 1e6)).serialize(serializer)
}

fn in_ms(time: Duration) -> f64 {
    to(time.as_secs_f64() * 1e3, 1e3)
}

fn to(number: f64, parts: f64) -> f64 {
    (number * parts).round() / parts
}
