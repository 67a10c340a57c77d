-- Without the column they would go on as sign ins by password.
DELETE FROM sign_ins WHERE link_id IS NOT NULL;
ALTER TABLE sign_ins DROP COLUMN link_id;
