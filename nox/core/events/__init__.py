"""Typed events, the chains of handlers that see them, and the dispatcher.

An event is an object of a class of its own. Who wants it registers a handler; handlers run by priority and each says
whether the event goes on. See `nox.core.events.dispatcher` for the order of things.
"""
