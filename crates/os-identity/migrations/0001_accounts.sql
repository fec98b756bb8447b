-- Written in the SQL that SQLite and PostgreSQL share. The ids of identity are
-- UUIDv7 as TEXT: a runtime reads some of these tables as objects, and the ids of
-- records are text.

-- In a runtime, `sys_user` and `sys_session` are objects of `sys.identity`, too: their
-- other columns are added when it is loaded. What is no field of an object never leaves
-- through the data API.
CREATE TABLE sys_user (
    id             TEXT        PRIMARY KEY,
    name           TEXT        NOT NULL,
    email          TEXT        NOT NULL UNIQUE,      -- lower case
    email_verified BOOLEAN     NOT NULL,
    image          TEXT,
    role           TEXT        NOT NULL,             -- user | admin (of the whole server)
    banned         BOOLEAN     NOT NULL,
    last_login_at  TIMESTAMPTZ,
    created_at     TIMESTAMPTZ NOT NULL,
    updated_at     TIMESTAMPTZ NOT NULL
);

CREATE TABLE sys_account (
    id          TEXT        PRIMARY KEY,
    user_id     TEXT        NOT NULL REFERENCES sys_user (id) ON DELETE CASCADE,
    provider_id TEXT        NOT NULL,                -- credential
    account_id  TEXT        NOT NULL,
    password    TEXT,                                -- Argon2id, PHC string
    created_at  TIMESTAMPTZ NOT NULL,
    updated_at  TIMESTAMPTZ NOT NULL,
    UNIQUE (provider_id, account_id)
);
CREATE INDEX sys_account_user ON sys_account (user_id);

CREATE TABLE sys_session (
    id                     TEXT        PRIMARY KEY,
    user_id                TEXT        NOT NULL REFERENCES sys_user (id) ON DELETE CASCADE,
    token_hash             TEXT        NOT NULL UNIQUE,  -- SHA-256 of the token, hex
    active_organization_id TEXT,
    active_environment_id  UUID,
    ip_address             TEXT,
    user_agent             TEXT,
    expires_at             TIMESTAMPTZ NOT NULL,
    created_at             TIMESTAMPTZ NOT NULL,
    updated_at             TIMESTAMPTZ NOT NULL
);
CREATE INDEX sys_session_user ON sys_session (user_id);
CREATE INDEX sys_session_expiry ON sys_session (expires_at);

-- The audit log. Append-only.
CREATE TABLE sys_event (
    id              TEXT        PRIMARY KEY, -- UUIDv7: sorts by time
    at              TIMESTAMPTZ NOT NULL,
    kind            TEXT        NOT NULL,
    actor_kind      TEXT        NOT NULL,    -- user | service | runtime | system
    actor_id        TEXT,
    request_id      TEXT        NOT NULL,
    organization_id TEXT,
    environment_id  UUID,
    package_id      UUID,
    detail          TEXT        NOT NULL     -- JSON object with subject, before and after
);
CREATE INDEX sys_event_organization ON sys_event (organization_id, id);
CREATE INDEX sys_event_environment ON sys_event (environment_id, id);
CREATE INDEX sys_event_package ON sys_event (package_id, id);
