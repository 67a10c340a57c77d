-- The role stays: it is the whole server's, and other databases may know it.
DROP VIEW dovecot_mailboxes;
DROP VIEW dovecot_passwords;
