"""What a learner can turn, and what comes of it: settings, races, scenarios, scenes, remedies, exports."""
