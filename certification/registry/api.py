"""What the registry answers to machines."""

from ninja import Router

from certification.registry.transparency.api import router as log

router = Router()
router.add_router("/log", log)
