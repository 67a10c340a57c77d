DROP TABLE mailboxes;
DROP TABLE privilege_lists;
DROP TABLE resellers;
DROP INDEX logins_listed;
DROP TABLE accounts;
DROP TABLE feature_lists;
