"""The frozen values a contract is made of; this room imports nothing of ours."""

import zoneinfo

# Zones come from the locked tzdata package alone: left to itself, zoneinfo prefers whatever rules the machine has,
# and a figure would depend on where it was computed.
zoneinfo.reset_tzpath(to=())
