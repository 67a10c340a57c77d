ALTER TABLE tenant_users DROP COLUMN password_number;
