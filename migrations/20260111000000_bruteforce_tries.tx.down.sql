DELETE FROM lockouts WHERE failures = 0;
ALTER TABLE lockouts DROP COLUMN pending;
