-- Which of its passwords a session's database user has: Postern can make them all
-- anew from its key, and keeps none. 0 is one that was drawn and told once.
ALTER TABLE tenant_users ADD COLUMN password_number integer NOT NULL DEFAULT 0;
