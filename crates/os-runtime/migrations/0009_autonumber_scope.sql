-- The last number that an autonumber gave, in each scope: the text before the number, where that depends on the record
-- or the day. `is_stale`: records may hold higher numbers, so that they are looked at before the next one is given.

CREATE TABLE sys_autonumber_scope (
    object   TEXT    NOT NULL,
    field    TEXT    NOT NULL,
    scope    TEXT    NOT NULL,
    last     BIGINT  NOT NULL,
    is_stale BOOLEAN NOT NULL,
    PRIMARY KEY (object, field, scope)
);
INSERT INTO sys_autonumber_scope (object, field, scope, last, is_stale) SELECT object, field, '', last, TRUE FROM sys_autonumber;
DROP TABLE sys_autonumber;
ALTER TABLE sys_autonumber_scope RENAME TO sys_autonumber;
