DROP TABLE webmail_applications;
DROP TABLE sso_keys;
DROP TABLE sso_tokens;
DROP TABLE sso_grants;
DROP TABLE sso_codes;
DROP TABLE sso_clients;
