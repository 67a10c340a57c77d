DROP TRIGGER account_list_renamed ON logins;
DROP TRIGGER account_list_changed ON accounts;
DROP TRIGGER account_list_removed ON accounts;
DROP TRIGGER account_list_added ON accounts;
DROP FUNCTION account_list_renamed();
DROP FUNCTION account_list_changed();
DROP FUNCTION account_list_removed();
DROP FUNCTION account_list_added();
DROP FUNCTION account_list_began(timestamptz);
DROP TABLE account_plans;
DROP TABLE account_list;
-- Without the indexes of trigrams searches only take longer.
CREATE INDEX logins_listed ON logins (name COLLATE "C") WHERE kind = 'account';
CREATE INDEX logins_suspended ON logins (name COLLATE "C") WHERE kind = 'account' AND suspended_at IS NOT NULL;
