"""A whole season of examinations, simulated through the services: what `manage.py simulate_batch` plays.

People are made in bulk, since they are the world; whatever has legal effect is done by the service that a page calls,
by the person who may, at the moment that the story says. All choices come from one `random.Random`.

Reading order: `sessions`, `crew`, `body`, `papers`, `fates`, `exam`; then the steps of a session in the order of their days:
`applying`, `arranging`, `theory`, `skill`, `defences`, `closing`, `deciding`, `disputes`, `issuing`; `season` plays them all;
`marks`, `endings` and `summary` ask the rows afterwards, by rules of their own.
"""
