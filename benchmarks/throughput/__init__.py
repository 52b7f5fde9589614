"""How fast the learner predicts and trains, and what stands between that and the hardware."""
