"""A published template, compiled: the engine's door for callers."""

import datetime
from collections import OrderedDict
from typing import Any

from certification.certificates.compiled.assembly import prepare
from certification.certificates.compiled.errors import CompileError, SlotError
from certification.certificates.compiled.images import require_plain_jpeg
from certification.certificates.compiled.page import CompiledPage, compile_page
from certification.certificates.compiled.signature import TimeStamp, refuse_key_not_in_force
from certification.certificates.finishing import finish
from certification.certificates.keys.loading import DigestSigner
from certification.certificates.layout import Layout, lay_out
from certification.certificates.rendering import Finisher
from certification.certificates.sheet import PrintTemplate, Sheet
from lms.core.typesetting import ONE_AT_A_TIME

# Compiled pages kept at once, about 0.3 MB each. A batch has one ground for each size of name and of photo.
KEPT_PAGES = 32
KEPT_REFUSALS = 1024
# How many sheets of a ground the reference engine draws before it is worth compiling: to compile costs as much as two.
PATIENCE = 1


class CompiledTemplate:
    """Assembles signed certificates of one template version, byte by byte, as the reference engine would draw them.

    A page is compiled for each ground (all that is not a slot: body, occupation, level, size of the photo …) when its
    sheet number `patience + 1` comes; before that, and for a sheet that does not fit its slots, `assemble` raises
    `SlotError` and the caller takes the reference engine. Memory is bounded. May be used after `fork`; pickled, it
    compiles anew.
    """

    def __init__(self, template: PrintTemplate, *, finisher: Finisher = finish, patience: int = PATIENCE) -> None:
        self.template, self.finisher, self.patience = template, finisher, patience
        self._pages: OrderedDict[str, CompiledPage] = OrderedDict()
        self._waiting: OrderedDict[str, int | str] = OrderedDict()
        self._lock = ONE_AT_A_TIME

    def __getstate__(self) -> dict[str, Any]:
        return {"template": self.template, "finisher": self.finisher, "patience": self.patience}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["template"], finisher=state["finisher"], patience=state["patience"])  # type: ignore[misc]

    def assemble(
        self, sheet: Sheet, *, signer: DigestSigner, now: datetime.datetime, time_stamp: TimeStamp | None = None
    ) -> bytes:
        """Return the signed PDF; `now` is the claimed time of signing, `time_stamp` makes it PAdES B-T.

        Raises `SlotError` when the reference engine must draw this sheet, `DomainError` as `signing.sign_pdf` does.
        """
        refuse_key_not_in_force(signer, now)
        layout = lay_out(sheet, self.template)
        require_plain_jpeg(layout)
        with self._lock:
            # HarfBuzz's and fontTools's objects are not for two threads at once; signing and stamping are.
            prepared = prepare(self._page_for(layout), layout, now=now, stamped=time_stamp is not None)
        return prepared.signed(signer=signer, time_stamp=time_stamp)

    def compile(self, sheet: Sheet) -> None:
        """Compile the page of this sheet's ground now. Raises `SlotError`."""
        layout = lay_out(sheet, self.template)
        require_plain_jpeg(layout)
        with self._lock:
            if layout.ground_key not in self._pages:
                self._compile(layout)

    def _page_for(self, layout: Layout) -> CompiledPage:
        key = layout.ground_key
        page = self._pages.get(key)
        if page is not None:
            self._pages.move_to_end(key)
            return page
        waiting = self._waiting.get(key, 0)
        if isinstance(waiting, str):
            raise CompileError(waiting)
        if waiting < self.patience:
            _remember(self._waiting, key, waiting + 1, KEPT_REFUSALS)
            raise SlotError("ground", f"sheet {waiting + 1} of its kind")
        return self._compile(layout)

    def _compile(self, layout: Layout) -> CompiledPage:
        key = layout.ground_key
        try:
            page = compile_page(layout, self.template, finisher=self.finisher)
        except CompileError as error:
            _remember(self._waiting, key, str(error), KEPT_REFUSALS)
            raise
        _remember(self._pages, key, page, KEPT_PAGES)
        return page


def _remember(memory: OrderedDict[str, Any], key: str, value: Any, most: int) -> None:
    memory[key] = value
    memory.move_to_end(key)
    while len(memory) > most:
        memory.popitem(last=False)


def compile_template(
    template: PrintTemplate, *sheets: Sheet, finisher: Finisher = finish, patience: int = PATIENCE
) -> CompiledTemplate:
    """Return the template with the pages of these sheets compiled at once. Raises `SlotError`."""
    compiled = CompiledTemplate(template, finisher=finisher, patience=patience)
    for sheet in sheets:
        compiled.compile(sheet)
    return compiled
