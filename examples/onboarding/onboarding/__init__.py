"""Onboarding new users: a small application of Pikku Workflows."""
