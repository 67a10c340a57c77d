DROP TRIGGER logins_tenant_wake ON logins;
DROP TABLE tenant_users;
DROP TABLE tenant_settings;
DROP TABLE tenant_accounts;
DROP FUNCTION tenant_wake();
