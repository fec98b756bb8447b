-- The registry service. Table and index are those of `@objectstack/service-package`.

CREATE TABLE IF NOT EXISTS sys_packages (
    id         TEXT NOT NULL,
    version    TEXT NOT NULL,
    manifest   TEXT NOT NULL,                       -- JSON, as it is hashed
    metadata   TEXT NOT NULL,                       -- JSON, as it is hashed
    hash       TEXT NOT NULL,                       -- SHA-256 of {"manifest":…,"metadata":…}, hex
    created_at TEXT DEFAULT CURRENT_TIMESTAMP,      -- bound, in microseconds: no two are the same
    updated_at TEXT DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (id, version)
);
CREATE INDEX IF NOT EXISTS idx_packages_latest ON sys_packages (id, created_at DESC);

-- One row: what was the last time given, and how often something changed.
CREATE TABLE sys_packages_clock (
    micros  BIGINT NOT NULL,
    changes BIGINT NOT NULL
);
INSERT INTO sys_packages_clock (micros, changes) VALUES (0, 0);
