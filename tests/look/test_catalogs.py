"""Our own catalogs: complete, and in the Spanish that we speak."""

import re

import polib
import pytest
from django.utils import translation

from casework.desk.account.adapter import AccountAdapter, SecondFactorAdapter
from deploy.translations import problems
from deploy.translations.catalogs import ROOT, catalogs

# Spanish that says tú, where ours says usted.
FAMILIAR = re.compile(
    r"\b(t[uú]|tus|ten|tienes|estás|eres|has|puedes|debes|quieres|selecciona|utiliza|introduce)\b", re.IGNORECASE
)


def test_every_catalog_of_the_product_is_complete() -> None:
    """Fails until each string is translated: `make translations`, then write what is empty in the `.po` files."""
    assert problems() == []


def test_spanish_says_usted() -> None:
    book = polib.pofile(str(dict(catalogs(ROOT))["es"]))
    said = [text for entry in book for text in (entry.msgstr, *entry.msgstr_plural.values())]
    assert [text for text in said if FAMILIAR.search(text)] == []


@pytest.mark.parametrize("adapter", [AccountAdapter, SecondFactorAdapter])
def test_no_error_of_signing_in_stays_english_or_familiar(adapter: type[AccountAdapter | SecondFactorAdapter]) -> None:
    """Ours and allauth's together: what its Spanish lacks is overridden in the adapter or listed in `lists.ALSO`."""
    english = {str(message) for message in adapter.error_messages.values()}
    with translation.override("es"):
        spanish = {str(message) for message in adapter.error_messages.values()}
    assert english & spanish == {message for message in spanish if FAMILIAR.search(message)} == set()
