//! A course from elsewhere does nothing unseen: its commands, its effects, its addresses, its paths.
