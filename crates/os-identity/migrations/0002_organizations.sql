-- Organizations, and what only servers with organizations have: API keys, which act
-- in one, and the device flow.

CREATE TABLE sys_organization (
    id         TEXT        PRIMARY KEY,
    name       TEXT        NOT NULL,
    slug       TEXT        NOT NULL UNIQUE,
    logo       TEXT,
    metadata   TEXT,                                 -- JSON object
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE sys_member (
    id              TEXT        PRIMARY KEY,
    organization_id TEXT        NOT NULL REFERENCES sys_organization (id) ON DELETE CASCADE,
    user_id         TEXT        NOT NULL REFERENCES sys_user (id) ON DELETE CASCADE,
    role            TEXT        NOT NULL,            -- owner | admin | delegated_admin | member
    created_at      TIMESTAMPTZ NOT NULL,
    UNIQUE (organization_id, user_id)
);
CREATE INDEX sys_member_user ON sys_member (user_id);

CREATE TABLE sys_invitation (
    id              TEXT        PRIMARY KEY,
    organization_id TEXT        NOT NULL REFERENCES sys_organization (id) ON DELETE CASCADE,
    email           TEXT        NOT NULL,
    role            TEXT        NOT NULL,
    status          TEXT        NOT NULL,            -- pending | accepted | rejected | expired | canceled
    inviter_id      TEXT        NOT NULL,
    expires_at      TIMESTAMPTZ NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL
);
CREATE INDEX sys_invitation_organization ON sys_invitation (organization_id);
CREATE INDEX sys_invitation_email ON sys_invitation (email);

CREATE TABLE sys_api_key (
    id                     TEXT        PRIMARY KEY,
    name                   TEXT        NOT NULL,
    prefix                 TEXT        NOT NULL,         -- first 12 characters, to recognize it by
    key_hash               TEXT        NOT NULL UNIQUE,  -- SHA-256 of the key, hex
    user_id                TEXT        NOT NULL REFERENCES sys_user (id) ON DELETE CASCADE,
    active_organization_id TEXT        REFERENCES sys_organization (id) ON DELETE CASCADE,
    scopes                 TEXT        NOT NULL,         -- JSON array; empty means all its user may do
    expires_at             TIMESTAMPTZ,
    last_used_at           TIMESTAMPTZ,
    revoked                BOOLEAN     NOT NULL,
    created_at             TIMESTAMPTZ NOT NULL,
    updated_at             TIMESTAMPTZ NOT NULL
);
CREATE INDEX sys_api_key_user ON sys_api_key (user_id);

CREATE TABLE sys_device_code (
    id               TEXT        PRIMARY KEY,
    device_code_hash TEXT        NOT NULL UNIQUE,
    user_code        TEXT        NOT NULL UNIQUE,
    user_id          TEXT        REFERENCES sys_user (id) ON DELETE CASCADE,
    status           TEXT        NOT NULL,               -- pending | approved | denied
    client_id        TEXT,
    scope            TEXT,
    polling_interval BIGINT      NOT NULL,               -- milliseconds
    last_polled_at   TIMESTAMPTZ,
    expires_at       TIMESTAMPTZ NOT NULL,
    created_at       TIMESTAMPTZ NOT NULL,
    updated_at       TIMESTAMPTZ NOT NULL
);
