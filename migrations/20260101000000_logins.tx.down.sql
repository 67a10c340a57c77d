DROP TABLE settings;
DROP TABLE logins;
