-- What Dovecot reads, one JSON document for each mailbox: that is what its
-- dictionary lookups take. A suspended mailbox, or one of a suspended account, has
-- no password here and still takes mail.
CREATE VIEW dovecot_passwords AS
    SELECT l.name AS login, json_build_object('password', '{ARGON2ID}' || l.password_hash)::text AS document
      FROM logins AS l
      JOIN logins AS o ON o.id = l.account_id
     WHERE l.kind = 'mailbox' AND l.suspended_at IS NULL AND o.suspended_at IS NULL AND l.password_hash LIKE '$argon2id$%';

CREATE VIEW dovecot_mailboxes AS
    SELECT l.name AS login, json_build_object('user', l.name, 'quota_rule',
               CASE WHEN m.quota_mb IS NULL THEN '*:storage=0' ELSE '*:storage=' || m.quota_mb || 'M' END)::text AS document
      FROM logins AS l
      JOIN mailboxes AS m ON m.login_id = l.id
     WHERE l.kind = 'mailbox';

-- The role that reads them and nothing else. A role is the whole server's: where
-- Postern may not make one, `postern webmail-config dovecot` says what to do.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'postern_dovecot')
       AND (SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        BEGIN
            CREATE ROLE postern_dovecot LOGIN CONNECTION LIMIT 20;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- made meanwhile, for another database of this server
        END;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'postern_dovecot') THEN
        GRANT SELECT ON dovecot_passwords, dovecot_mailboxes TO postern_dovecot;
    END IF;
END
$$;
