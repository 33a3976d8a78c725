"""Applications that people reach over HTTP."""
