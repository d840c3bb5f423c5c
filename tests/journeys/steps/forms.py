"""Going on as a person does: follow a link or press a button, answer if the page asks back, wait for what comes."""

from playwright.sync_api import Locator, Page


def send(page: Page, button: Locator) -> None:
    """Press the button, say yes if the page asks back, and wait for the page that answers."""
    with page.expect_navigation():
        button.click()
        dialog = page.locator("dialog[open]")
        if dialog.count():
            dialog.locator("button[value=yes]").click()


def follow(page: Page, link: Locator) -> None:
    """Click a link and wait for the page it leads to: what is looked at next must not be the page that is being left."""
    with page.expect_navigation():
        link.click()


def submit(page: Page, action: str) -> None:
    """Send the form that goes to an address ending like this."""
    send(page, page.locator(f"form[action$='{action}'] button").first)
