-- Version 1. `seq` is the order of creation; `id` is what the world sees.
CREATE TABLE posts (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    username   TEXT NOT NULL,
    content    TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE comments (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    post_id    TEXT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    username   TEXT NOT NULL,
    content    TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

CREATE INDEX comments_of_post ON comments (post_id, seq);

CREATE TABLE likes (
    post_id  TEXT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    username TEXT NOT NULL,
    PRIMARY KEY (post_id, username)
) STRICT, WITHOUT ROWID;
