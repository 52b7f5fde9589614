"""What computes a network: one way a file, all behind ``learner.model.backends.backend``."""
