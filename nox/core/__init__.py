"""The kernel: components, configuration, events, OpenFlow channel and datapaths."""
