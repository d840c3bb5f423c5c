from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Page


class BarePage(Page):
    body = StreamField([("text", blocks.RichTextBlock())])
    template = "barepage/bare_page.html"
