"""What the packets room asks of the pure rooms: the installation's key, packets made, packets verified."""

from remit.web.packets.bridge.keys import installation_key, is_public_key, public_line
from remit.web.packets.bridge.making import PacketMade, make
from remit.web.packets.bridge.verifying import verify

__all__ = ["PacketMade", "installation_key", "is_public_key", "make", "public_line", "verify"]
