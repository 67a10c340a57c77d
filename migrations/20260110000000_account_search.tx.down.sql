-- The extension pg_trgm stays: others may use it.
DROP INDEX IF EXISTS accounts_domain_trigrams;
DROP INDEX IF EXISTS logins_name_trigrams;
DROP TRIGGER account_grams_renamed ON accounts;
DROP TRIGGER account_grams_removed ON accounts;
DROP TRIGGER account_grams_added ON accounts;
DROP TRIGGER account_grams_renamed ON logins;
DROP TRIGGER account_grams_removed ON logins;
DROP TRIGGER account_grams_added ON logins;
DROP FUNCTION account_grams_renamed();
DROP FUNCTION account_grams_of_accounts();
DROP FUNCTION account_grams_of_logins();
DROP TABLE account_grams_due;
DROP TABLE account_grams;
