"""The lab's stage: one component that draws, plays, follows a thumb and asks for guesses, and the routes it asks."""
