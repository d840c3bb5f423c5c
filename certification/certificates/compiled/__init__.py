"""The compiled engine: WeasyPrint draws a page once, then each certificate is assembled and signed byte by byte.

What comes out has the pixels, the text and the tags of the reference engine (`rendering`, `signing`); `comparison`
shows it for a template before it is published. What does not fit raises `SlotError` and goes to the reference engine.

Reading order: `template` (the door) → `page` (WeasyPrint's page taken apart) → `content_stream`, `shaping` (texts) →
`fonts`, `truetype_font`, `cff_font`, `to_unicode` → `assembly` (one file) → `images`, `embedded_file`, `metadata`,
`signature` → `objects`, `object_stream`, `cross_reference_stream`. The names are those of ISO 32000.
"""

from certification.certificates.compiled.errors import REASONS, CompileError, SlotError
from certification.certificates.compiled.template import CompiledTemplate, compile_template

__all__ = ["REASONS", "CompileError", "CompiledTemplate", "SlotError", "compile_template"]
