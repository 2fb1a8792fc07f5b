//! Docker Engine, observed through its API.
