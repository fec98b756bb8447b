//! What accounts have in common with those of the other server.

os_test::account_tests!(os_test::control::App);
