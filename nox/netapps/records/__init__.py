"""The component ``records``: a record of each flow that ends, in a file or to an IPFIX collector.

See docs/records.md.
"""
