-- Made by whichever server is first; every statement may be run again.

CREATE TABLE IF NOT EXISTS counters (
    name VARCHAR(32) CHARACTER SET ascii NOT NULL PRIMARY KEY,
    -- The first number that no server has taken.
    next_number BIGINT UNSIGNED NOT NULL
) ENGINE = InnoDB;

INSERT IGNORE INTO counters (name, next_number) VALUES ('urls', 0);

CREATE TABLE IF NOT EXISTS urls (
    -- The number behind the code.
    id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
    short_code CHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
    original_url VARCHAR(2048) CHARACTER SET utf8mb4 NOT NULL,
    click_count BIGINT UNSIGNED NOT NULL DEFAULT 0,
    -- UTC.
    created_at DATETIME NOT NULL
) ENGINE = InnoDB;

-- Batches of clicks that are in click_count: none is added twice.
CREATE TABLE IF NOT EXISTS click_batches (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    written_at DATETIME NOT NULL,
    KEY written_at (written_at)
) ENGINE = InnoDB;
