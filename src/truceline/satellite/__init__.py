"""Which satellite could have looked, when, and through how much cloud. A pass is an opportunity, never a look."""
