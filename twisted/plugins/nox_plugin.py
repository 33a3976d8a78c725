"""Makes ``twistd nox`` known to Twisted."""

from twisted.application.service import ServiceMaker

nox = ServiceMaker(
    "NOX", "nox.core.tap", "An operating system for networks: runs OpenFlow control applications.", "nox"
)
