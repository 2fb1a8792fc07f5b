//! Whose Docker, whose file: contexts, environments, an engine that delays, cuts, floods and lies.
