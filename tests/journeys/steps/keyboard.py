"""Hands on a keyboard: Tab, Shift+Tab, arrows, Space, Enter and typing, and eyes that must see the focus at each stop."""

from pathlib import Path

from playwright.sync_api import Page

from tests.journeys.answers import choices_of

# Whether a person sees where the focus is: an outline or a ring on the element, on the card that its link stretches
# over (::after), or on the label around it; not hidden, and not outside the window.
SEEN = """() => {
  const element = document.activeElement;
  const drawn = (node, part) => {
    const style = getComputedStyle(node, part);
    if (part && style.content === "none") return false;
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  };
  // The calendar button inside a date field wears the browser's own ring; scripts cannot look inside.
  if (element.matches("input[type=date]:not(:focus)")) return true;
  const label = element.closest("label");
  const box = (element.matches("input") && label ? label : element).getBoundingClientRect();
  const inside = box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return inside && (drawn(element, null) || drawn(element, "::after") || (label !== null && drawn(label, null)));
}"""


class Keyboard:
    """Hands on a keyboard and eyes on the focus."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def here(self) -> str:
        """Return the opening tag of the element that has the focus, for the reports of failures."""
        tag = self.page.evaluate("document.activeElement.outerHTML.split('>')[0]")
        return f"{tag}> on {self.page.url}"

    def is_at(self, selector: str, text: str = "") -> bool:
        return bool(
            self.page.evaluate(
                "([selector, text]) => document.activeElement.matches(selector) && document.activeElement.textContent.includes(text)",
                [selector, text],
            )
        )

    def must_see(self) -> None:
        # Rings fade in and long pages scroll: a moment's grace.
        try:
            self.page.wait_for_function(SEEN, timeout=1500)
        except Exception:
            raise AssertionError(f"the focus cannot be seen at {self.here()}") from None

    def skip_to_content(self) -> None:
        """From the top of a page just opened: the first Tab offers the way past the header, Enter takes it."""
        if self.page.url.endswith("#main"):
            return  # a form without an address of its own answers under the same one, and the place is kept
        self.press("Tab")
        assert self.is_at(".skip-link"), self.here()
        self.must_see()
        self.press("Enter")
        self.page.wait_for_url("**#main")
        assert self.is_at("main"), self.here()

    def tab_to(self, selector: str, text: str = "", *, back: bool = False, limit: int = 120) -> None:
        """Go on (or back) from stop to stop until there; every stop on the way must be visible."""
        for _step in range(limit):
            if self.is_at(selector, text):
                self.must_see()
                return
            self.press("Shift+Tab" if back else "Tab")
            if not self.is_at("body"):  # between the last stop and the first, where the browser's own buttons would be
                self.must_see()
        raise AssertionError(f"{selector} {text} is not among the first {limit} stops of {self.page.url}")

    def follow(self, selector: str, text: str = "", *, key: str = "Enter", back: bool = False) -> None:
        """Go to a link or button, press it, and wait for the page that it opens."""
        self.tab_to(selector, text, back=back)
        self.go_on(key)

    def go_on(self, key: str = "Enter") -> None:
        """Press a key that opens another page, and wait for it; a mark on the old page tells them apart."""
        self.page.evaluate("window.isOld = true")
        self.press(key)
        self.page.wait_for_function("() => !window.isOld && document.readyState === 'complete'")


def answer_by_keys(page: Page, keys: Keyboard, position: int) -> None:
    """Choose with arrows among radio buttons and with Space among tick boxes."""
    options = choices_of(page, position)
    keys.tab_to(f"input[name=answer-{position}]")
    if page.locator(f"[data-question='{position}']").get_attribute("data-kind") == "multiple":
        for place, (value, right) in enumerate(options):
            assert keys.is_at(f"input[value='{value}']"), keys.here()
            keys.must_see()
            if right:
                keys.press("Space")
            if place < len(options) - 1:
                keys.press("Tab")
    else:
        choose_radio(page, keys, f"answer-{position}", next(value for value, right in options if right))
    ticked = {box.get_attribute("value") for box in page.locator(f"input[name=answer-{position}]:checked").all()}
    assert ticked == {value for value, right in options if right}


def choose_radio(page: Page, keys: Keyboard, name: str, value: str) -> None:
    """Move with the arrow key until that one is chosen."""
    keys.press("Space")
    for _step in range(12):
        if page.locator(f"input[name={name}]:checked").get_attribute("value") == value:
            return
        keys.press("ArrowDown")
        keys.must_see()
    raise AssertionError(f"{name} cannot be set to {value}")


def type_date(page: Page, keys: Keyboard, name: str, **parts: str) -> None:
    """Type into the three parts of a date field, in the order in which this browser shows them."""
    for order in (("year", "month", "day"), ("month", "day", "year"), ("day", "month", "year")):
        for place, part in enumerate(order):
            keys.type(parts[part])
            if part == "year" and place < 2:
                keys.press("ArrowRight")
        if page.locator(f"input[name={name}]").input_value() == f"{parts['year']}-{parts['month']}-{parts['day']}":
            return
        keys.tab_to(f"input[name={name}]", back=True)
        for _part in range(3):
            keys.press("ArrowLeft")
    raise AssertionError(f"the date cannot be typed: {page.locator(f'input[name={name}]').input_value()!r}")


def choose_file(page: Page, keys: Keyboard, name: str, path: Path) -> None:
    """Go to the file button; the window that it opens is the system's, so the file is put in from outside."""
    keys.tab_to(f"input[name={name}]")
    button = page.evaluate_handle("document.activeElement").as_element()
    assert button
    button.set_input_files(path)
