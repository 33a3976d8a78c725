"""The resources: what they answer, and how they say no."""

from __future__ import annotations

import json

import pytest
from prometheus_client.parser import text_string_to_metric_families

import nox
from tests.webapps.rest.support import HOSTILE, Server


def test_components(server: Server) -> None:
    """Each component is an object with its state; the graph names what each depends on."""
    code, components = server.ask("GET", "/v1/components")
    assert code == 200
    assert [(one["name"], one["number"], one["state"]) for one in components] == [
        ("openflow", 1, "running"),
        ("switch", 17, "running"),
    ]
    assert server.ask("GET", "/v1/components/graph") == (200, {"openflow": [], "switch": ["openflow"]})


@pytest.mark.parametrize(
    ("path", "asked", "answer"),
    [
        ("components/hub/load", ("load", "hub"), {"loaded": ["hub"]}),
        ("components/switch/unload", ("unload", "switch"), {"unloaded": ["switch"]}),
        ("components/switch/restart", ("restart", "switch"), {"restarted": ["switch"]}),
        ("reload", ("reload",), {"added": ["hub"], "removed": [], "changed": []}),
    ],
)
def test_changes(server: Server, path: str, asked: tuple[str, ...], answer: object) -> None:
    """A POST has the kernel do it, and tells whom it concerned."""
    assert server.ask("POST", f"/v1/{path}") == (200, answer)
    assert server.kernel.asked == [asked]


def test_events(server: Server) -> None:
    """Each handler is an object with its counts."""
    code, (handler,) = server.ask("GET", "/v1/events")
    assert (code, handler["event"], handler["owner"], handler["calls"]) == (200, "PacketIn", "switch", 7)


def test_switches(server: Server) -> None:
    """A switch is told with its dpid in 16 digits, its version, and its hostile description as plain JSON text."""
    code, (switch,) = server.ask("GET", "/v1/switches")
    assert (code, switch["dpid"], switch["version"], switch["n_ports"]) == (200, "0000000000000001", "1.3", 1)
    assert switch["description"]["hardware"] == HOSTILE
    assert (switch["flows"]["right"], switch["flows"]["is_lost"]) == (5, True)
    assert switch["flows"]["flow_mods"] == {"switch": 3}
    assert server.ask("GET", "/v1/switches/0x1") == (200, switch)


def test_ports(server: Server) -> None:
    """A port has its counters beside it; one that the switch does not keep is null."""
    code, (port,) = server.ask("GET", "/v1/switches/1/ports")
    assert (code, port["number"], port["name"], port["hw_addr"]) == (200, 1, HOSTILE, "02:00:00:00:00:01")
    assert (port["rx_packets"], port["tx_packets"]) == (12, None)


def test_flows(server: Server) -> None:
    """Entries come highest priority first, with actions as text and the owner by name; a foreign one has none."""
    code, entries = server.ask("GET", "/v1/switches/1/flows")
    assert code == 200
    assert [(one["priority"], one["owner"], one["match"], one["actions"]) for one in entries] == [
        (30000, "", "in_port=1", []),
        (20001, "switch", "eth_type=0x0800", ["set_field:eth_dst=02:00:00:00:00:02", "output:2"]),
        (20000, "hub", "", ["output:CONTROLLER,max_len=128", "pop_vlan"]),
    ]
    assert entries[1]["cookie"] == "0x0011000100000001"
    assert [one["standing"] for one in entries] == ["foreign", "reactive", "orphan"]


def test_version_and_metrics(server: Server) -> None:
    """The version is NOX's; the metrics are text that Prometheus' own parser reads."""
    code, version = server.ask("GET", "/v1/version")
    assert (code, version["nox"], version["api"]) == (200, nox.__version__, 1)
    code, headers, body = server.send(b"GET /metrics HTTP/1.0\r\n\r\n")
    names = {family.name for family in text_string_to_metric_families(body.decode())}
    assert (code, headers["content-type"].split(";")[0]) == (200, "text/plain")
    assert "nox_events_queued" in names


@pytest.mark.parametrize(
    ("method", "path", "code", "sentence"),
    [
        ("GET", "/v1/switches/zz", 400, "'zz' is no datapath identifier: write it as 16 hexadecimal digits"),
        ("GET", "/v1/switches/2/flows", 404, "switch 0000000000000002 is not connected"),
        ("POST", "/v1/components/swich/restart", 404, 'component "swich" is not loaded; did you mean "switch"?'),
        ("POST", "/v1/components/broken/load", 409, 'component "broken": no luck'),
        ("GET", "/v1/nothing", 404, "there is no /v1/nothing: docs/rest.md lists what there is"),
        ("GET", "/v1//switches", 404, "there is no /v1//switches: docs/rest.md lists what there is"),
        ("GET", "/v1/%ff", 400, "the path is not UTF-8"),
        ("DELETE", "/v1/switches", 405, "DELETE /v1/switches cannot be done: use GET"),
        ("GET", "/v1/reload", 405, "GET /v1/reload cannot be done: use POST"),
    ],
)
def test_refusals(server: Server, method: str, path: str, code: int, sentence: str) -> None:
    """What cannot be done is a status and one sentence, and nothing is logged as our failure."""
    assert server.ask(method, path) == (code, {"error": sentence})
    assert not [event for event in server.events if "log_failure" in event]


def test_a_silent_switch(server: Server) -> None:
    """A switch that does not answer is a 502 that names it."""
    server.datapath.silent = True
    sentence = "switch 0000000000000001: FlowStatsRequest: no answer within 10 s"
    assert server.ask("GET", "/v1/switches/1/flows") == (502, {"error": sentence})


def test_a_defect_is_logged_and_not_told(server: Server) -> None:
    """An exception that nobody foresaw leaves its traceback in the log and none with the client."""
    server.datapath.ports = None  # type: ignore[assignment]
    code, answer = server.ask("GET", "/v1/switches")
    assert (code, answer) == (500, {"error": "GET /v1/switches failed: the controller's log says why"})
    (failure,) = [event["log_failure"] for event in server.events if "log_failure" in event]
    assert failure.type is TypeError


def test_every_answer_names_the_interface(server: Server) -> None:
    """Good or bad, an answer carries the interface's version, so that a client knows whom it talks to."""
    for path in (b"/v1/version", b"/metrics", b"/", b"/%ff"):
        _, headers, _ = server.send(b"GET " + path + b" HTTP/1.0\r\n\r\n")
        assert headers["nox-api"] == "1"


def test_json_is_ascii(server: Server) -> None:
    """A hostile name crosses the socket as escaped ASCII: also who prints the body as it is comes to no harm."""
    _, _, body = server.send(b"GET /v1/switches HTTP/1.0\r\n\r\n")
    assert body.isascii()
    assert b"\x1b" not in body
    assert json.loads(body)
