"""Names the component, so that ``[nox] components = ["lighthouse"]`` finds it."""

from nox.core.component.plugins import ComponentPlugin

lighthouse = ComponentPlugin("lighthouse", "lighthouse:Lighthouse")
