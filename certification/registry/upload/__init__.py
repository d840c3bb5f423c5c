"""The statutory upload: certificates as a sheet that the authority takes into its nation-wide register, and its receipts.

Read: rules → column_packs → models → due → cells → workbook → receipts → services → selectors → access → views.
"""
