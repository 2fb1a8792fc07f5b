//! Read-only models of the learner's `docker-compose.yml` and `nginx.conf`, with source positions.
//! Pure: text in, model out.
