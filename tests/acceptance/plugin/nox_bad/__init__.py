"""Components of a third party that do everything wrong."""
