-- The words of a package: its id, name, description, tagline and tags, and marks
-- that begin with an underscore (`package/search.rs`).
CREATE VIRTUAL TABLE package_search USING fts5 (
    words, content = '', contentless_delete = 1, prefix = '2 3',
    tokenize = "unicode61 remove_diacritics 0 tokenchars '_'"
);
