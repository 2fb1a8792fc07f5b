//! Files that never end, are something else, or are not ours to change.
