"""`noxctl`: the command line client of the REST interface."""
