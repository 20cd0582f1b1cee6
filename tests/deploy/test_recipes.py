"""The files of deploy/ fit one another and the page that says how they are used."""

import re
from pathlib import Path

import pytest
import yaml

from tests.house.rooms import ROOT

DEPLOY = ROOT / "deploy"
INSTALL = (ROOT / "docs" / "install.md").read_text()


def lines(path: Path) -> set[str]:
    return {line.strip("/") for line in path.read_text().splitlines() if line and not line.startswith("#")}


def test_no_secret_enters_a_layer_of_the_image() -> None:
    """The folder above deploy/ is copied into it; what git leaves out as secret is left out there, too."""
    secret = {one for one in lines(ROOT / ".gitignore") if one.startswith("deploy/")}
    assert secret == {"deploy/secrets", "deploy/environment"}
    assert secret | {"var"} <= lines(ROOT / ".dockerignore")


@pytest.mark.parametrize("path", sorted((DEPLOY / "units").glob("casework-*.service")), ids=lambda path: path.stem)
def test_what_a_unit_reads_is_made_by_the_recipe(path: Path) -> None:
    """Each credential stands in the table of secrets, and each setting of a file is a credential that it loads."""
    text = path.read_text()
    loaded = dict(re.findall(r"^LoadCredential=([a-z-]+):/etc/casework/secrets/([a-z-]+)$", text, re.MULTILINE))
    assert all(f"`{name}`" in INSTALL for name in loaded.values())
    assert set(re.findall(r"_FILE=%d/([a-z-]+)", text)) | ({"backup-url"} & set(loaded)) == set(loaded)


def test_what_compose_reads_is_made_by_the_recipe() -> None:
    compose = yaml.safe_load((DEPLOY / "containers" / "compose.yaml").read_text())
    made = set(re.findall(r"deploy/secrets/([a-z-]+)", INSTALL)) | {"postgres-password", "secret-key"}
    made |= {"database-url", "database-migrate-url"}  # by the service `roles`
    assert {one["file"] for one in compose["secrets"].values()} == {f"../secrets/{one}" for one in made}
    for service in compose["services"].values():
        handed = set(service.get("secrets", ()))
        assert handed <= set(compose["secrets"])
        assert {Path(one).name for one in re.findall(r"/run/secrets/[a-z-]+", str(service))} <= handed


def test_the_proxy_s_own_logs_take_the_place_of_all_others() -> None:
    """Nginx writes each log that is named at one level: only a server's own replace those of nginx.conf."""
    text = (DEPLOY / "proxy" / "casework.conf.template").read_text()
    servers = re.findall(r"^server \{\n(.*?)^\}", text, re.DOTALL | re.MULTILINE)
    logs = [
        "    access_log /var/log/nginx/casework.log without_address;",
        "    error_log /var/log/nginx/casework-error.log crit;",
    ]
    assert [one.splitlines()[:2] for one in servers] == [logs] * 4
    assert text.count("_log /") == 8
