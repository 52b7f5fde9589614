"""From probabilities to outlines; ``learner.vectorise`` is the front door."""
