"""Messages as JSON and back, for people and programs that want to read or write them: `message` is the entry.

It is general: it works from the dataclasses of the structures, so that a new message or action needs nothing here.
"""
