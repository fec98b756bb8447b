-- What a control plane put here. The credential it is asked with is a file.

CREATE TABLE sys_delivery (
    manifest_id    TEXT        PRIMARY KEY,
    environment_id TEXT        NOT NULL,     -- of the control plane
    checksum       TEXT        NOT NULL      -- of the artifact, as the control plane names it
);

-- The generation that runs here; written in the transaction that applied it.
CREATE TABLE sys_delivered_generation (
    environment_id TEXT        PRIMARY KEY,
    generation     BIGINT      NOT NULL,
    applied_at     TIMESTAMPTZ NOT NULL
);
