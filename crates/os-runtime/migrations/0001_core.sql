-- Written in the SQL that SQLite and PostgreSQL share. JSON is kept as TEXT.
-- Tables of objects are made at install, see `src/schema`.

-- What is installed -----------------------------------------------------------

CREATE TABLE sys_ledger (
    manifest_id        TEXT        PRIMARY KEY,
    package_id         TEXT        NOT NULL,        -- as it was asked for
    version_id         TEXT        NOT NULL,
    version            TEXT        NOT NULL,
    previous_version   TEXT,
    artifact           TEXT        NOT NULL,        -- flat JSON, as it is loaded
    checksum           TEXT        NOT NULL,        -- SHA-256 of `artifact`, hex
    settings           TEXT        NOT NULL,        -- JSON object
    enabled            BOOLEAN     NOT NULL,
    with_sample_data   BOOLEAN     NOT NULL,
    sample_data_purged BOOLEAN     NOT NULL,
    installed_by       TEXT,
    installed_at       TIMESTAMPTZ NOT NULL,
    updated_at         TIMESTAMPTZ NOT NULL
);

-- Every row that seeding inserted: what purging deletes.
CREATE TABLE sys_seeded_row (
    manifest_id TEXT   NOT NULL,
    object      TEXT   NOT NULL,
    record_id   TEXT   NOT NULL,
    seed_key    TEXT   NOT NULL,
    position    BIGINT NOT NULL,                    -- order of insertion; purging goes back
    PRIMARY KEY (manifest_id, object, record_id)
);

-- The last number that an autonumber gave.
CREATE TABLE sys_autonumber (
    object TEXT   NOT NULL,
    field  TEXT   NOT NULL,
    last   BIGINT NOT NULL,
    PRIMARY KEY (object, field)
);
