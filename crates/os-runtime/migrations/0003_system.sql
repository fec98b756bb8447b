-- Ledger files of the original that were taken over; each is taken once.
CREATE TABLE sys_ledger_import (
    file        TEXT        PRIMARY KEY,
    imported_at TIMESTAMPTZ NOT NULL
);

-- Migrations of packages that have run; each runs once.
CREATE TABLE sys_package_migration (
    manifest_id TEXT        NOT NULL,
    migration   TEXT        NOT NULL,
    version     TEXT        NOT NULL,   -- of the package that brought it along
    ran_at      TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (manifest_id, migration)
);
