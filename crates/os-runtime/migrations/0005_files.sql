-- Uploads in pieces. What was uploaded whole is a record of `sys_file`; its bytes are a file of
-- the data folder, named by their SHA-256.

CREATE TABLE sys_upload (
    id           TEXT        PRIMARY KEY,
    file_id      TEXT        NOT NULL,               -- the record of `sys_file` it becomes
    user_id      TEXT        NOT NULL,
    resume_hash  TEXT        NOT NULL,               -- SHA-256 of the resume token, hex
    total_size   BIGINT      NOT NULL,
    chunk_size   BIGINT      NOT NULL,
    is_completed BOOLEAN     NOT NULL,
    started_at   TIMESTAMPTZ NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL
);

CREATE TABLE sys_upload_chunk (
    upload_id TEXT   NOT NULL REFERENCES sys_upload (id) ON DELETE CASCADE,
    position  BIGINT NOT NULL,                       -- counted from 0
    checksum  TEXT   NOT NULL,                       -- SHA-256 of its bytes, hex
    size      BIGINT NOT NULL,
    PRIMARY KEY (upload_id, position)
);
CREATE INDEX sys_upload_chunk_checksum ON sys_upload_chunk (checksum);
