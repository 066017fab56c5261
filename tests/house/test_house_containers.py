"""The container's files: what they name is there, documented, and locked to the versions that tests run with."""

import re

import yaml

from tests.lib.house_files import HOUSE


def _text(name: str) -> str:
    return (HOUSE / name).read_text(encoding="utf-8")


def _pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", _text(name), flags=re.MULTILINE))


def test_every_variable_that_the_container_sets_is_told_in_the_installation_guide() -> None:
    compose = yaml.safe_load(_text("compose.yaml"))
    given = set(compose["services"]["site"]["environment"]) | set(re.findall(r"REMIT_[A-Z_]+", _text("Dockerfile")))
    guide = _text("docs/installing.md")
    assert [name for name in sorted(given) if f"`{name}`" not in guide] == []


def test_the_container_installs_what_tests_run_with() -> None:
    tested = _pins("requirements/development.txt")
    for name in ("requirements/site.txt", "requirements/builder.txt"):
        assert name in _text("Dockerfile")
        pins = _pins(name)
        assert pins
        assert {one: version for one, version in pins.items() if tested.get(one) != version} == {}


def test_the_site_waits_for_its_database_and_keeps_what_it_owns_in_a_volume() -> None:
    services = yaml.safe_load(_text("compose.yaml"))["services"]
    assert services["site"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    (volume,) = services["site"]["volumes"]
    kept = volume.partition(":")[2]
    assert f"REMIT_DATA={kept}" in _text("Dockerfile")
    assert f"VOLUME {kept}" in _text("Dockerfile")
