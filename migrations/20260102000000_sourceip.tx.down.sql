DROP TABLE security_questions;
DROP TABLE verified_addresses;
