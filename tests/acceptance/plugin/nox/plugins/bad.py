"""Names the components that do everything wrong."""

from nox.api import ComponentPlugin

needy = ComponentPlugin("needy", "nox_bad.components:Needy")
chicken = ComponentPlugin("chicken", "nox_bad.components:Chicken")
egg = ComponentPlugin("egg", "nox_bad.components:Egg")
one_name = ComponentPlugin("one_name", "nox_bad.components:OneName")
other_name = ComponentPlugin("other_name", "nox_bad.components:OtherName")
named = ComponentPlugin("named", "nox_bad.components:Named")
raiser = ComponentPlugin("raiser", "nox_bad.components:Raiser")
sleeper = ComponentPlugin("sleeper", "nox_bad.components:Sleeper")
crasher = ComponentPlugin("crasher", "nox_bad.components:Crasher")
