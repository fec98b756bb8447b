-- What runtimes report. Desired state stays in the columns there were.

ALTER TABLE sys_package_installation ADD COLUMN observed_version TEXT;       -- what runs; NULL: nothing was reported
ALTER TABLE sys_package_installation ADD COLUMN observed_checksum TEXT;
ALTER TABLE sys_package_installation ADD COLUMN observed_error TEXT;         -- why the desired version does not run
ALTER TABLE sys_package_installation ADD COLUMN observed_at TIMESTAMPTZ;

ALTER TABLE sys_runtime_connection ADD COLUMN followed_since TIMESTAMPTZ;     -- when it first asked what to run; NULL: it never did
ALTER TABLE sys_runtime_connection ADD COLUMN observed_generation BIGINT;    -- the last one it tried
ALTER TABLE sys_runtime_connection ADD COLUMN observed_error TEXT;           -- why it could not be applied
ALTER TABLE sys_runtime_connection ADD COLUMN observed_at TIMESTAMPTZ;
