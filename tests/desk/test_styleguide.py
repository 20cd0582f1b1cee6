import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db

PAGES = [
    "",
    "?dir=rtl&theme=dark",
    "account/",
    "errors/400/",
    "errors/403/?stale",
    "errors/404/",
    "errors/410/",
    "errors/500/",
]


@pytest.mark.parametrize("page", PAGES)
def test_sample_pages_are_open_to_all_in_tests(client: Client, page: str) -> None:
    response = client.get(f"/styleguide/{page}")
    assert response.status_code == 200
    assert response.content.decode().count("<h1>") == 1


def test_direction_and_theme_can_be_chosen(client: Client) -> None:
    html = client.get("/styleguide/?dir=rtl&theme=dark").content.decode()
    assert 'dir="rtl"' in html
    assert 'data-theme="dark"' in html
    assert "data-theme" not in client.get("/styleguide/?theme=pink").content.decode()


@pytest.mark.parametrize("page", [*PAGES, "paper.pdf"])
def test_there_is_no_style_guide_in_production(client: Client, settings: Settings, page: str) -> None:
    settings.MODE, settings.DEMO = "production", False
    assert client.get(f"/styleguide/{page}").status_code == 404
