"""What a browser would send of a form that nobody has touched."""

from html.parser import HTMLParser


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name = said.get("name", "")
        if tag == "input" and name and (said.get("type") not in {"radio", "checkbox"} or "checked" in said):
            self.found[name] = said.get("value", "on" if said.get("type") == "checkbox" else "")
        elif tag == "textarea":
            self.area, self.found[name] = name, ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and ("selected" in said or self.select not in self.found):
            self.found[self.select] = said.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""
        elif tag == "select":
            self.select = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.found[self.area] += data.removeprefix("\n")


def untouched(html: str, after: str) -> dict[str, str]:
    """By name, what is not empty in the first form that stands after this mark; without its token."""
    form = _Form()
    start = html.index("<form", html.index(after))
    form.feed(html[start : html.index("</form>", start)])
    return {name: value for name, value in form.found.items() if value and name != "csrfmiddlewaretoken"}
