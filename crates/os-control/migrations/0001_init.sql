-- Written in the SQL that SQLite and PostgreSQL share. SQLite reads UUID,
-- TIMESTAMPTZ, BYTEA and BOOLEAN as names; the drivers do the rest.
-- JSON is kept as TEXT: what is hashed must not be re-written by a database.
-- The tables of accounts, organizations and events are those of `os-identity`, whose
-- ids are TEXT.

-- Packages ------------------------------------------------------------------

-- Bytes by their SHA-256: icons.
CREATE TABLE sys_blob (
    checksum     TEXT        PRIMARY KEY,
    content_type TEXT        NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    bytes        BYTEA       NOT NULL
);

CREATE TABLE sys_package (
    id           UUID        PRIMARY KEY,
    manifest_id  TEXT        NOT NULL UNIQUE,
    namespace    TEXT,
    owner_org_id TEXT        NOT NULL REFERENCES sys_organization (id),
    display_name TEXT        NOT NULL,
    description  TEXT,
    tagline      TEXT,
    visibility   TEXT        NOT NULL,                   -- private | org | marketplace
    category     TEXT,
    tags         TEXT        NOT NULL,                   -- JSON array
    icon_url     TEXT,
    homepage_url TEXT,
    license      TEXT,
    publisher    TEXT        NOT NULL,                   -- objectstack | partner | community | private
    is_starter   BOOLEAN     NOT NULL,
    listed       BOOLEAN     NOT NULL,                   -- is in the public catalog
    listed_category   TEXT,                              -- the category it is counted in while it is listed
    latest_version_id UUID,                              -- highest published version, stable before pre-release
    public_version_id UUID,                              -- the same among the approved ones, while it is listed
    search_id    BIGINT      NOT NULL UNIQUE,            -- its row in the search index
    sort_name    BYTEA       NOT NULL,                   -- display name, lower case: the order of lists, alike in both databases
    created_at   TIMESTAMPTZ NOT NULL,
    updated_at   TIMESTAMPTZ NOT NULL,
    created_by   TEXT        NOT NULL,
    icon_checksum TEXT       REFERENCES sys_blob (checksum),
    translations TEXT,                                   -- JSON object by locale
    readme       TEXT
);
-- `listed` and the three columns after it follow from the versions: `listing::refresh` keeps them.
CREATE INDEX sys_package_sort ON sys_package (sort_name, id);
CREATE INDEX sys_package_owner ON sys_package (owner_org_id, sort_name, id);
CREATE INDEX sys_package_unlisted ON sys_package (owner_org_id, visibility, category) WHERE listed = FALSE;
CREATE INDEX sys_package_listed ON sys_package (sort_name, id) WHERE listed;
CREATE INDEX sys_package_category ON sys_package (category, sort_name, id) WHERE listed;

-- Who may see a private or org package besides its owner.
CREATE TABLE sys_package_grant (
    id              UUID        PRIMARY KEY,
    package_id      UUID        NOT NULL REFERENCES sys_package (id) ON DELETE CASCADE,
    organization_id TEXT        NOT NULL REFERENCES sys_organization (id) ON DELETE CASCADE,
    created_by      TEXT        NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    UNIQUE (package_id, organization_id)
);
CREATE INDEX sys_package_grant_organization ON sys_package_grant (organization_id);

CREATE TABLE sys_package_version (
    id                   UUID        PRIMARY KEY,
    package_id           UUID        NOT NULL REFERENCES sys_package (id),
    version              TEXT        NOT NULL,
    precedence           BYTEA       NOT NULL,           -- sorts as semver does
    status               TEXT        NOT NULL,           -- draft | published | deprecated
    is_pre_release       BOOLEAN     NOT NULL,
    listing_status       TEXT        NOT NULL,           -- draft | pending_review | approved | rejected
    checksum             TEXT        NOT NULL,           -- SHA-256 of manifest_json, hex
    release_notes        TEXT,
    min_platform_version TEXT,
    scope                TEXT        NOT NULL,           -- platform | environment
    protocol_range       TEXT,
    dependencies         TEXT        NOT NULL,           -- JSON array of {packageId, versionRange, optional}
    configuration_schema TEXT,                           -- JSON Schema of the settings
    artifact_kind        TEXT        NOT NULL,           -- package
    manifest_type        TEXT        NOT NULL,           -- app | plugin | …; only an app can be listed
    engines              TEXT,                           -- JSON object
    size                 BIGINT      NOT NULL,           -- bytes of manifest_json
    submitted_at         TIMESTAMPTZ,
    reviewed_at          TIMESTAMPTZ,
    reviewed_by          TEXT,
    review_notes         TEXT,                           -- JSON object {reasons, feedback}
    deprecation_reason   TEXT,
    published_at         TIMESTAMPTZ,
    published_by         TEXT,
    created_at           TIMESTAMPTZ NOT NULL,
    updated_at           TIMESTAMPTZ NOT NULL,
    created_by           TEXT        NOT NULL,
    manifest_json        TEXT        NOT NULL,           -- last, so that lists need not step over it
    UNIQUE (package_id, version)
);
CREATE INDEX sys_package_version_order ON sys_package_version (package_id, precedence, id);
CREATE INDEX sys_package_version_latest ON sys_package_version (package_id, is_pre_release, precedence, id)
    WHERE status = 'published';
CREATE INDEX sys_package_version_public ON sys_package_version (package_id, precedence, id)
    WHERE status = 'published' AND listing_status = 'approved';
-- Names the listing status although it has but one: with more columns that are equal than the
-- index of the latest version has, both planners take this one for the latest public version.
CREATE INDEX sys_package_version_latest_public
    ON sys_package_version (package_id, listing_status, is_pre_release, precedence, id)
    WHERE status = 'published' AND listing_status = 'approved';
CREATE INDEX sys_package_version_review ON sys_package_version (listing_status, submitted_at, id)
    WHERE submitted_at IS NOT NULL;

CREATE TABLE sys_namespace_reservation (
    namespace              TEXT        PRIMARY KEY,
    publisher_org_id       TEXT        NOT NULL REFERENCES sys_organization (id),
    claimed_by_manifest_id TEXT        NOT NULL,
    grandfathered          BOOLEAN     NOT NULL,
    claimed_at             TIMESTAMPTZ NOT NULL
);

-- Totals that would otherwise cost a scan.
CREATE TABLE sys_counter (
    name  TEXT   PRIMARY KEY,
    value BIGINT NOT NULL
);

-- Environments --------------------------------------------------------------

CREATE TABLE sys_environment (
    id               UUID        PRIMARY KEY,
    organization_id  TEXT        NOT NULL REFERENCES sys_organization (id),
    display_name     TEXT        NOT NULL,
    slug             TEXT,
    environment_type TEXT        NOT NULL,   -- production | sandbox | development | test | staging | preview | trial
    is_default       BOOLEAN     NOT NULL,
    is_system        BOOLEAN     NOT NULL,
    plan             TEXT        NOT NULL,
    status           TEXT        NOT NULL,   -- provisioning | active | suspended | archived | failed | migrating
    visibility       TEXT        NOT NULL,   -- private | unlisted | public
    region           TEXT,
    database_driver  TEXT,
    database_url     TEXT,
    storage_limit_mb BIGINT      NOT NULL,
    provisioned_at   TIMESTAMPTZ,
    hostname         TEXT        UNIQUE,
    console_url      TEXT,
    api_base_url     TEXT,
    metadata         TEXT        NOT NULL,   -- JSON object
    generation       BIGINT      NOT NULL,   -- number of the current generation; 0 before the first
    created_by       TEXT        NOT NULL,
    created_at       TIMESTAMPTZ NOT NULL,
    updated_at       TIMESTAMPTZ NOT NULL
);
CREATE INDEX sys_environment_organization ON sys_environment (organization_id, id);
CREATE UNIQUE INDEX sys_environment_default ON sys_environment (organization_id) WHERE is_default;

CREATE TABLE sys_environment_member (
    id             UUID        PRIMARY KEY,
    environment_id UUID        NOT NULL REFERENCES sys_environment (id) ON DELETE CASCADE,
    user_id        TEXT        NOT NULL REFERENCES sys_user (id) ON DELETE CASCADE,
    role           TEXT        NOT NULL,     -- owner | admin | maker | reader | guest
    invited_by     TEXT,
    created_at     TIMESTAMPTZ NOT NULL,
    updated_at     TIMESTAMPTZ NOT NULL,
    UNIQUE (environment_id, user_id)
);
CREATE INDEX sys_environment_member_user ON sys_environment_member (user_id);

CREATE TABLE sys_environment_credential (
    id             UUID        PRIMARY KEY,
    environment_id UUID        NOT NULL REFERENCES sys_environment (id) ON DELETE CASCADE,
    secret_hash    TEXT        NOT NULL,     -- SHA-256, hex: we compare it, nobody reads it back
    "authorization"  TEXT        NOT NULL,   -- full_access | read_only
    status         TEXT        NOT NULL,     -- active | rotating | revoked
    created_at     TIMESTAMPTZ NOT NULL,
    expires_at     TIMESTAMPTZ,
    revoked_at     TIMESTAMPTZ
);
CREATE INDEX sys_environment_credential_environment ON sys_environment_credential (environment_id);

-- Desired state: upgrading and rolling back move `package_version_id`, nothing else does.
CREATE TABLE sys_package_installation (
    id                 UUID        PRIMARY KEY,
    environment_id     UUID        NOT NULL REFERENCES sys_environment (id) ON DELETE CASCADE,
    package_id         UUID        NOT NULL REFERENCES sys_package (id),
    package_version_id UUID        NOT NULL REFERENCES sys_package_version (id),
    enabled            BOOLEAN     NOT NULL,
    with_sample_data   BOOLEAN     NOT NULL,
    settings           TEXT        NOT NULL, -- JSON object
    installed_at       TIMESTAMPTZ NOT NULL,
    installed_by       TEXT,
    updated_at         TIMESTAMPTZ NOT NULL,
    UNIQUE (environment_id, package_id)
);
CREATE INDEX sys_package_installation_package ON sys_package_installation (package_id);
CREATE INDEX sys_package_installation_version ON sys_package_installation (package_version_id);

-- Every move of an installation. Append-only; outlives the installation.
CREATE TABLE sys_package_installation_history (
    id              UUID        PRIMARY KEY,
    installation_id UUID        NOT NULL,
    environment_id  UUID        NOT NULL,
    package_id      UUID        NOT NULL,
    from_version_id UUID,
    to_version_id   UUID,
    action          TEXT        NOT NULL,    -- install | upgrade | rollback | enable | disable | settings | uninstall
    generation      BIGINT      NOT NULL,
    performed_by    TEXT        NOT NULL,
    performed_at    TIMESTAMPTZ NOT NULL,
    note            TEXT
);
CREATE INDEX sys_package_installation_history_package
    ON sys_package_installation_history (environment_id, package_id, id);
CREATE INDEX sys_package_installation_history_version
    ON sys_package_installation_history (to_version_id);

-- Everything an environment runs, at one moment. Append-only.
CREATE TABLE sys_environment_generation (
    environment_id UUID        NOT NULL REFERENCES sys_environment (id) ON DELETE CASCADE,
    number         BIGINT      NOT NULL,     -- 1, 2, 3, … without gaps
    cause          TEXT        NOT NULL,     -- what made it: upgrade com.acme.crm 1.0.0 → 1.1.0
    restored_from  BIGINT,                   -- the generation it made current again
    created_by     TEXT        NOT NULL,
    created_at     TIMESTAMPTZ NOT NULL,
    package_count  BIGINT      NOT NULL,
    packages       TEXT        NOT NULL,     -- JSON array of what runs
    PRIMARY KEY (environment_id, number)
);

CREATE TABLE sys_runtime_connection (
    id              UUID        PRIMARY KEY,
    runtime_id      UUID        NOT NULL,
    organization_id TEXT        NOT NULL REFERENCES sys_organization (id) ON DELETE CASCADE,
    environment_id  UUID        REFERENCES sys_environment (id) ON DELETE CASCADE,
    name            TEXT        NOT NULL,
    runtime_version TEXT,
    token_hash      TEXT        NOT NULL UNIQUE,
    account_email   TEXT,
    bound_by        TEXT        NOT NULL,
    bound_at        TIMESTAMPTZ NOT NULL,
    last_seen_at    TIMESTAMPTZ,
    revoked_at      TIMESTAMPTZ
);
CREATE INDEX sys_runtime_connection_environment ON sys_runtime_connection (environment_id);
CREATE UNIQUE INDEX sys_runtime_connection_runtime ON sys_runtime_connection (organization_id, runtime_id)
    WHERE revoked_at IS NULL;
