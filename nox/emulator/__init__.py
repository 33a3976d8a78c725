"""Software switches that speak OpenFlow, and the networks made of them. It works under any controller."""
