"""Control channels that were captured, played again to a controller under emulated time."""
