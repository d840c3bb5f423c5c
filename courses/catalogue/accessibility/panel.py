"""The list at the top of the editing page: what shuts somebody out of this lesson, each leading to its block."""

from typing import Any

from wagtail.admin.panels import Panel

from courses.catalogue.accessibility.gate import findings_of
from courses.catalogue.accessibility.messages import message_of
from courses.catalogue.accessibility.rules import Finding


class AccessibilityPanel(Panel):
    """Shows the findings of the form when it was refused, else of the page as it was last saved."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "catalogue/admin/accessibility_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            findings: list[Finding] | None = getattr(self.form, "findings", None)
            if findings is None:
                findings = findings_of(self.instance)
            labels = {str(block.id): str(block.block.label) for block in self.instance.body}
            rows = [
                {
                    "message": message_of(finding),
                    "block": finding.block,
                    "label": labels.get(finding.block, ""),
                    "is_warning": finding.is_warning,
                }
                for finding in findings
            ]
            context["findings"] = [row for row in rows if not row["is_warning"]]
            context["warnings"] = [row for row in rows if row["is_warning"]]
            context["is_new"] = self.instance.pk is None and not rows
            return context
