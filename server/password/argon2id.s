// Without a file of assembly the compiler wants bodies for the functions that
// argon2id.go only names.
