"""The component ``rest``: the REST interface on a UNIX socket."""

from __future__ import annotations

from pathlib import Path

from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.interfaces import IReactorTime, IReactorUNIX

from nox.core.component.component import Component
from nox.core.component.declaration import optional, requires
from nox.core.config.model import ComponentConfig
from nox.core.interfaces import IAdmission, ICapture, IDatapaths, IKernel
from nox.core.metrics import IMetrics
from nox.core.view.interfaces import INetworkView, IViewKeeping
from nox.netapps.interfaces import IHosts, IInventory, IMonitoring, IRouting, ITopology
from nox.webapps.rest.application import application
from nox.webapps.rest.listener import listen
from nox.webapps.rest.location import default_socket
from nox.webapps.rest.resources.about import About
from nox.webapps.rest.resources.admission import Admissions
from nox.webapps.rest.resources.capture import Captures
from nox.webapps.rest.resources.components import Components
from nox.webapps.rest.resources.furnishings import Furnishings
from nox.webapps.rest.resources.hosts import Hosts
from nox.webapps.rest.resources.inventory import InventoryResources
from nox.webapps.rest.resources.routes import Routes
from nox.webapps.rest.resources.switches import Switches
from nox.webapps.rest.resources.top import Top
from nox.webapps.rest.resources.topology import Topologies
from nox.webapps.rest.resources.view import ViewResources
from nox.webapps.rest.site import RestSite


class Rest(Component):
    """Serves the REST interface. Whoever may connect commands the controller, so the socket is its user's alone."""

    kernel = requires(IKernel)
    metrics_of_all = requires(IMetrics)
    clock = requires(IReactorTime)
    unix = requires(IReactorUNIX)
    datapaths = optional(IDatapaths)  # without it, `noxctl unload openflow` leaves a way back
    admission = optional(IAdmission)
    capture = optional(ICapture)
    monitoring = optional(IMonitoring)
    view = optional(INetworkView)
    hosts = optional(IHosts)
    topology = optional(ITopology)
    keeping = optional(IViewKeeping)
    routing = optional(IRouting)
    inventory = optional(IInventory)

    class Config(ComponentConfig):
        socket: Path = default_socket()  # of the user who starts the process: later it may run as another

    config: Config

    def bind(self) -> None:
        """Open the socket. Who connects waits until all that comes before has started."""
        self._captures = Captures(self.capture)
        families = (
            self._captures,
            *(About(self.metrics_of_all), Components(self.kernel)),
            *(Switches(self.datapaths, self.kernel), Furnishings(self.datapaths), Admissions(self.admission)),
            Top(self.monitoring),
            Hosts(self.view, self.hosts, self.clock),
            Topologies(self.view, self.topology, self.routing),
            ViewResources(self.view, self.keeping, self.clock),
            Routes(self.view, self.routing),
            InventoryResources(self.inventory),
        )
        app = application((route for family in families for route in family.routes()), self.log)
        self._site = RestSite(app.resource(), self.clock, self.log)
        self._port = listen(self.config.socket, self._site, self.unix)
        self._listening = self.own(lambda: Deferred.fromCoroutine(self._port.close()), "socket")

    async def start(self) -> None:
        """Serve."""
        self._port.serve()
        self.log.info("noxctl may connect to {path}", path=self._port.path)

    async def stop(self) -> None:
        """Close the socket, and each connection after the answer that it waits for."""
        await maybeDeferred(self._listening.cancel)
        self._captures.close()
        self._site.close()
