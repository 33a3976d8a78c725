"""The store ``sqlite``: one file, one thread."""
