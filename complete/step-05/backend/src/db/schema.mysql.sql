-- Made by whichever replica is first; every statement may be run again. `seq` is
-- the order of creation; `id` is what the world sees.
CREATE TABLE IF NOT EXISTS posts (
    seq        BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    id         VARCHAR(36) CHARACTER SET ascii NOT NULL UNIQUE,
    username   VARCHAR(50) CHARACTER SET utf8mb4 NOT NULL,
    content    VARCHAR(2000) CHARACTER SET utf8mb4 NOT NULL,
    created_at VARCHAR(40) CHARACTER SET ascii NOT NULL,
    updated_at VARCHAR(40) CHARACTER SET ascii NOT NULL
) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS comments (
    seq        BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    id         VARCHAR(36) CHARACTER SET ascii NOT NULL UNIQUE,
    post_id    VARCHAR(36) CHARACTER SET ascii NOT NULL,
    username   VARCHAR(50) CHARACTER SET utf8mb4 NOT NULL,
    content    VARCHAR(2000) CHARACTER SET utf8mb4 NOT NULL,
    created_at VARCHAR(40) CHARACTER SET ascii NOT NULL,
    updated_at VARCHAR(40) CHARACTER SET ascii NOT NULL,
    KEY comments_of_post (post_id, seq),
    FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS likes (
    post_id  VARCHAR(36) CHARACTER SET ascii NOT NULL,
    username VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    PRIMARY KEY (post_id, username),
    FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
) ENGINE = InnoDB;
