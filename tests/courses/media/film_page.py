"""What a test asks of a lesson's film in the browser, and has it do."""

from collections.abc import Iterable

from playwright.sync_api import Page

from courses.media.rules.watched import Range, merge


def state(page: Page, expression: str):
    return page.evaluate(f"(() => {{ const film = document.querySelector('video'); return {expression}; }})()")


def wait(page: Page, expression: str) -> None:
    # Asked from outside again and again: the page's own policy forbids code made of text.
    for _attempt in range(200):
        if state(page, expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never: {expression}")


def play_from(page: Page, seconds: float) -> None:
    """Play once the player is ready and the server counts."""
    wait(page, "film.readyState >= 1 && document.querySelector('[data-player]').player.watched.id")
    state(page, f"document.querySelector('[data-player]').player.seek({seconds})")
    wait(page, f"Math.abs(film.currentTime - {seconds}) < 0.2")
    page.locator("[data-play]").click()


def played_in(page: Page) -> tuple[Range, ...]:
    """Return what the browser says it has played, in milliseconds."""
    parts: Iterable[list[float]] = state(
        page, "Array.from({ length: film.played.length }, (_, place) => [film.played.start(place), film.played.end(place)])"
    )
    return merge((round(start * 1000), round(end * 1000)) for start, end in parts)
