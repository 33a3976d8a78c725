"""The resources, one family a file."""
