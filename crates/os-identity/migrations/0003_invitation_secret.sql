-- The secret of an invitation's link. Invitations from before have none: they are for accounts
-- that existed then.
ALTER TABLE sys_invitation ADD COLUMN secret_hash TEXT;      -- SHA-256, hex
CREATE INDEX sys_invitation_secret ON sys_invitation (secret_hash);
