//! Nothing of the learner's is lost: kills with edits in between, damaged entries, saves while a command writes.
