DROP INDEX logins_suspended;
DROP TRIGGER account_totals_changed ON accounts;
DROP TRIGGER account_totals_removed ON accounts;
DROP TRIGGER account_totals_added ON accounts;
DROP FUNCTION account_totals_changed();
DROP FUNCTION account_totals_removed();
DROP FUNCTION account_totals_added();
DROP TABLE account_totals;
