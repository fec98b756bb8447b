-- The words of a package's name, id, description, tagline and tags.
CREATE VIRTUAL TABLE package_search USING fts5 (words, content = '', contentless_delete = 1, prefix = '2 3');
