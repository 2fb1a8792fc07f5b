//! The engine without Docker keeps to its own folders and processes.
