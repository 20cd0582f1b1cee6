"""A list of hundreds writes its options itself, so that it also escapes them itself."""

from django import forms

from casework.look.forms import LongSelect

CHOICES = [("", "All"), ('a"b', "<b>Rosa & Cía</b>"), ("O'Brien <x>", [("2", "Two"), (3, "Th'ree")])]


def test_options_are_escaped_grouped_and_one_is_chosen() -> None:
    field = forms.ChoiceField(choices=CHOICES, widget=LongSelect(attrs={"id": "one"}))
    assert field.widget.render("who", "3") == (
        '<select name="who" id="one"><option value="">All</option>'
        '<option value="a&quot;b">&lt;b&gt;Rosa &amp; Cía&lt;/b&gt;</option>'
        '<optgroup label="O&#x27;Brien &lt;x&gt;"><option value="2">Two</option>'
        '<option value="3" selected>Th&#x27;ree</option></optgroup></select>'
    )


def test_of_two_alike_the_first_is_chosen() -> None:
    widget = LongSelect(choices=[("1", "Old name"), (None, "Nothing"), ("1", "New name")])
    assert widget.render("where", "1") == (
        '<select name="where"><option value="1" selected>Old name</option>'
        '<option value="">Nothing</option><option value="1">New name</option></select>'
    )
