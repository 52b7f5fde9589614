# torchmetrics imports torchvision, whose compiled operators may be absent here.
import learner.model.torchvision_ops  # noqa: F401  # must come before the test modules' imports
