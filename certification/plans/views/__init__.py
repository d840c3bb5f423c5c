"""The pages of plans on the desk: `desk` shows, `drafts` writes, `steps` moves a plan on, `staff` names its people."""
