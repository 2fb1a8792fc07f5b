//! Private state that is not this user's, of this machine or of this folder is not believed: planted, cloned, copied, moved.
