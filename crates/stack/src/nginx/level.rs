//! How bad it is what a log is told: [`Level`].

/// A level of `error_log`, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// nginx cannot run.
    Emerg,
    /// Something must be done at once.
    Alert,
    /// A part of it does not work.
    Crit,
    /// A request failed.
    Error,
    /// Something is not as it should be.
    Warn,
    /// Something to know: a start, a reload.
    Notice,
    /// What a client did.
    Info,
    /// For whoever works on nginx.
    Debug,
}

impl Level {
    const ALL: [(&'static str, Self); 8] = [
        ("emerg", Self::Emerg),
        ("alert", Self::Alert),
        ("crit", Self::Crit),
        ("error", Self::Error),
        ("warn", Self::Warn),
        ("notice", Self::Notice),
        ("info", Self::Info),
        ("debug", Self::Debug),
    ];
    /// `debug` of one part of nginx alone.
    const PARTS: [&'static str; 7] = [
        "debug_core",
        "debug_alloc",
        "debug_mutex",
        "debug_event",
        "debug_http",
        "debug_mail",
        "debug_stream",
    ];

    /// The level of that name; a part's own debugging is debugging.
    pub fn parse(text: &str) -> Option<Self> {
        let named = Self::ALL.iter().find(|(name, _)| *name == text).map(|(_, level)| *level);
        named.or_else(|| Self::PARTS.contains(&text).then_some(Self::Debug))
    }

    /// As a line of the log names it.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, level)| *level == self).map_or("", |(name, _)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_lets_worse_ones_through() {
        assert!(Level::Emerg < Level::Error && Level::parse("warn") == Some(Level::Warn));
        assert_eq!((Level::parse("bad"), Level::Notice.name()), (None, "notice"));
        assert_eq!(Level::parse("debug_http"), Some(Level::Debug));
    }
}
