DROP TABLE second_factor_issuers;
DROP TABLE recovery_codes;
DROP TABLE second_factor_offers;
DROP TABLE second_factors;
DELETE FROM settings WHERE name = 'twofactor';
