"""A scheme as a file: YAML and XLSX, out and in again.

Read: `words` (how a file says things) → `located` (what was read, and where it stood) → `yaml_file`, `sheets` (reading),
`workbook` (writing) → `report` (what is wrong with which row).
"""
