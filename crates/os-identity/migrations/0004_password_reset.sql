-- The link by which a user who cannot sign in chooses a new password. A user has one at a time.
CREATE TABLE sys_password_reset (
    user_id     TEXT        PRIMARY KEY REFERENCES sys_user (id) ON DELETE CASCADE,
    secret_hash TEXT        NOT NULL UNIQUE,         -- SHA-256 of the secret, hex
    expires_at  TIMESTAMPTZ NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL
);
