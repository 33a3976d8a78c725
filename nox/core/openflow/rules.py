"""What the configuration says about which switches may join: the table ``[openflow]``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator

from nox.core.config.model import ComponentConfig
from nox.core.openflow.approvals import Approvals
from nox.core.state import state_file
from nox.core.tls.verdict import PeerCertificate


@dataclass(frozen=True, slots=True)
class Rules:
    """What the configuration says.

    :ivar switches: by dpid, each switch that is known, with its certificates: fingerprints or common names.
        None there: any will do.
    """

    admission: Literal["open", "known", "approve"] = "open"
    switches: Mapping[int, Sequence[str]] = field(default_factory=dict)

    def named(self, dpid: int) -> bool:
        """Whether the configuration knows this switch."""
        return dpid in self.switches

    def certificates(self, dpid: int) -> Sequence[str]:
        """Those of one switch; none where any will do."""
        return self.switches.get(dpid, ())

    def owners(self, certificate: PeerCertificate) -> Sequence[int]:
        """The switches that this certificate is given to."""
        return [dpid for dpid, names in self.switches.items() if fits(certificate, names)]


def fits(certificate: PeerCertificate, names: Sequence[str]) -> bool:
    """Whether a certificate is among these, by fingerprint or by common name."""
    return any(name == (certificate.fingerprint if is_fingerprint(name) else certificate.name) for name in names)


def is_fingerprint(name: str) -> bool:
    """Whether this is a SHA-256 fingerprint, in the form that `PeerCertificate` has."""
    return len(name) == 64 and all(digit in "0123456789abcdef" for digit in name)


def _dpid(text: str) -> str:
    if not (len(text) == 16 and set(text) <= set("0123456789abcdef")):
        raise ValueError(f'a switch is named by its dpid, 16 hexadecimal digits in lower case, and not by "{text}"')
    return text


def _certificate(text: str) -> str:
    """A fingerprint as `PeerCertificate` has it, or a common name."""
    fingerprint = text.replace(":", "").lower()
    if not text.strip():
        raise ValueError("a certificate is named by its SHA-256 fingerprint or its common name, and not by nothing")
    return fingerprint if is_fingerprint(fingerprint) else text


class OpenFlowConfig(ComponentConfig):
    """The table ``[openflow]``.

    :ivar admission: what becomes of switches that `switches` does not name: all join, none does, or each waits for
        approval.
    :ivar switches: by dpid, the certificates of the switches that are known: SHA-256 fingerprints or common names.
    :ivar state: the file that keeps what was approved.
    """

    admission: Literal["open", "known", "approve"] = "open"
    switches: Mapping[
        Annotated[str, AfterValidator(_dpid)], tuple[Annotated[str, AfterValidator(_certificate)], ...]
    ] = {}
    state: Path = state_file("switches.json")  # of the user who starts the process: later it may run as another

    def rules(self) -> Rules:
        """What they say about a connection."""
        return Rules(self.admission, {int(dpid, 16): names for dpid, names in self.switches.items()})

    def approvals(self) -> Approvals:
        """What was approved; nothing where it does not matter.

        :raises ConfigError: when the file is damaged.
        """
        return Approvals(None if self.admission == "open" else self.state)
