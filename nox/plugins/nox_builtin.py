"""NOX's own components. A number is for ever: it is in the cookies of entries that outlive the controller."""

from nox.core.component.plugins import ComponentPlugin

openflow = ComponentPlugin(
    "openflow",
    "nox.core.openflow.component:OpenFlow",
    number=1,
    always=True,
    on_demand=("IDatapaths", "IAdmission", "ICapture"),
)
flows = ComponentPlugin("flows", "nox.core.openflow.flows:Flows", number=2, on_demand=("IFlows",))
punts = ComponentPlugin("punts", "nox.core.openflow.punts:Punts", number=3, on_demand=("IPunts",))
rest = ComponentPlugin("rest", "nox.webapps.rest.component:Rest", number=4, always=True)
view = ComponentPlugin("view", "nox.core.view.component:View", number=5, on_demand=("INetworkView", "IViewKeeping"))

hub = ComponentPlugin("hub", "nox.netapps.hub:Hub", number=16)
switch = ComponentPlugin("switch", "nox.netapps.switch:Switch", number=17)
normal = ComponentPlugin("normal", "nox.netapps.normal:Normal", number=18)
packetdump = ComponentPlugin("packetdump", "nox.netapps.packetdump:PacketDump", number=19)
discovery = ComponentPlugin(
    "discovery", "nox.netapps.discovery.component:Discovery", number=20, on_demand=("IPortRoles",)
)
topology = ComponentPlugin("topology", "nox.netapps.topology.component:Topology", number=21, on_demand=("ITopology",))
spanning_tree = ComponentPlugin("spanning_tree", "nox.netapps.spanning_tree:SpanningTree", number=22)
hosts = ComponentPlugin("hosts", "nox.netapps.hosts.component:Hosts", number=23, on_demand=("IHosts",))
attribution = ComponentPlugin(
    "attribution", "nox.netapps.attribution.component:Attribution", number=24, on_demand=("IAttribution",)
)
allow_all = ComponentPlugin("allow_all", "nox.netapps.allow_all:AllowAll", number=25)
routing = ComponentPlugin("routing", "nox.netapps.routing.component:Routing", number=26, on_demand=("IRouting",))
monitoring = ComponentPlugin(
    "monitoring", "nox.netapps.monitoring.component:Monitoring", number=28, on_demand=("ILoad", "IMonitoring")
)
records = ComponentPlugin("records", "nox.netapps.records.component:Records", number=29)
capacity = ComponentPlugin("capacity", "nox.netapps.capacity.component:Capacity", number=30)
inventory = ComponentPlugin(
    "inventory",
    "nox.netapps.inventory.component:Inventory",
    number=40,
    arrays=("host", "switch", "location", "middlebox", "link"),
)
neighbours = ComponentPlugin("neighbours", "nox.netapps.neighbours.component:Neighbours", number=33)
