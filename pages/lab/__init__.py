"""The lab: its page and bench, the stage, the tools below it, scenarios and links."""
