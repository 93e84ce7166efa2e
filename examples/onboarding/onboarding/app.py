"""The application: what belongs to it, and what its functions share."""

from pikku import Pikku

from onboarding.services import create_singleton_services
from onboarding.workflows import onboarding

app = Pikku(services=create_singleton_services, include=["onboarding.functions", "onboarding.workflows"])

app.wire_workflow(
    name="onboarding", description="User onboarding workflow", func=onboarding, tags=["onboarding", "users"]
)
