//! What was asked and not done is said; what a check changed is brought back.
