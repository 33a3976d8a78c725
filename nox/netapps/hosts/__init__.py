"""The component ``hosts``: where every host is, and which addresses it has.

    PacketIn → claims: what the frame says of its sender, or why it is not believed
             → judge: is that known? new? or does it contradict what is known?
             → asking: a question to where the host was; whoever claims waits for the answer
             → book: rows, read from the view and from what is on its way into it → writer → the view

Nothing here is flooded or forwarded: a packet that is believed goes on to the components that forward, one that is not
goes nowhere, and one that waits for an answer goes on when it has come.
"""
