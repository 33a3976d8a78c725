"""What a switch can be asked and told beside flow entries: groups, meters, queues, tables, its configuration, roles.

Each module has the part of one subject, which a `Datapath` offers by its name: ``await datapath.groups.stats()``. What
is answered comes in OpenFlow 1.3's terms, free of versions. What the switch's version cannot say is refused before it
is sent, with `LocalProtocolError`; what the switch refuses, leaves unanswered or answers with nonsense fails with
`RequestError`, which names the request.
"""
