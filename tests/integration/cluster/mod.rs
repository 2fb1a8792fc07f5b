//! A swarm of real Docker engines on this machine. Where this user or machine cannot have one, the
//! tests are skipped; with `swarm` in `WORKSHOP_TEST_ENGINES` they fail instead.

mod interrupted;
mod lab;
mod life;
