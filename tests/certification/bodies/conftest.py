from tests.open_plan import body, candidate, draft, plan, scheme

__all__ = ["body", "candidate", "draft", "plan", "scheme"]
