DROP TABLE oscar_checks;
DROP TABLE contact_secrets;
DELETE FROM settings WHERE name = 'notify';
