"""IPFIX, the export of flow records (RFC 7011): messages of template sets and data sets. Pure bytes in, bytes out."""
