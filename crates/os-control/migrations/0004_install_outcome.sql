-- What the install of an observed version did, as the runtime reported it: a JSON object.

ALTER TABLE sys_package_installation ADD COLUMN observed_outcome TEXT;
