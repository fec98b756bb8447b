-- What the install of each delivered package did, in JSON, for the control plane that ordered it.

ALTER TABLE sys_delivery ADD COLUMN outcome TEXT;
