-- Which settings are secret, remembered with them: a JSON array of JSON pointers. NULL: written before, judged by the schema of the version.

ALTER TABLE sys_ledger ADD COLUMN settings_secrets TEXT;
