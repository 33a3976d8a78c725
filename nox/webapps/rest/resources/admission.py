"""``/v1/admission``: which switches may join, those that wait, those that are approved."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from nox.core.interfaces import IAdmission
from nox.core.openflow.admission import Waiting
from nox.lib.addresses import format_dpid
from nox.webapps.rest.answers import Json, NotFound, Route
from nox.webapps.rest.resources.dpids import dpid_of


class Admissions:
    """The admission of switches.

    :param admission: None while nothing provides it: then nobody is admitted.
    """

    def __init__(self, admission: IAdmission | None) -> None:
        self._admission = admission

    def routes(self) -> Iterator[Route]:
        """The family's routes."""
        yield Route("GET", "/v1/admission", self.admission)
        yield Route("POST", "/v1/admission/<dpid>/approve", self.approve)
        yield Route("POST", "/v1/admission/<dpid>/revoke", self.revoke)

    async def admission(self) -> Json:
        """The rule, those that wait and those that are approved."""
        admission = self._provider().admission()
        approved = admission.approved().items()
        return {
            "admission": admission.rules.admission,
            "waiting": [_waiting_json(one) for one in admission.waiting()],
            "approved": [
                {"dpid": format_dpid(dpid), "fingerprint": one.certificate or None, "since": one.since}
                for dpid, one in approved
            ],
        }

    async def approve(self, dpid: str) -> Json:
        """Admit a switch from now on."""
        return {"approved": self._change(dpid, self._provider().approve)}

    async def revoke(self, dpid: str) -> Json:
        """Take that back, and close its connection."""
        return {"revoked": self._change(dpid, self._provider().revoke)}

    def _change(self, text: str, change: Callable[[int], None]) -> str:
        dpid = dpid_of(text)
        change(dpid)
        return format_dpid(dpid)

    def _provider(self) -> IAdmission:
        if self._admission is None:
            raise NotFound("no component admits switches: load openflow")
        return self._admission


def _waiting_json(one: Waiting) -> Json:
    certificate = one.certificate
    return {
        "dpid": format_dpid(one.dpid),
        "address": one.address,
        "certificate": {"name": certificate.name, "fingerprint": certificate.fingerprint} if certificate else None,
        "since": one.since,
    }
