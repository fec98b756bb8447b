-- Which settings are secret, remembered with them, because a later version need not say so.

ALTER TABLE sys_package_installation ADD COLUMN settings_secrets TEXT;   -- JSON array of JSON pointers; NULL: written before, judged by the schema of the version
ALTER TABLE sys_package_installation ADD COLUMN settings_needed TEXT;    -- JSON array of JSON pointers: what a copy left out and the version needs; NULL: nothing
