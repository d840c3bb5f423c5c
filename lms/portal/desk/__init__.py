"""The desk: one page of all queues (`page`), named views (`saving`), many rows at once (`acting`), the calendar of the plans."""
