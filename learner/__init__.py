"""Pure machine learning for map segmentation: arrays and values in, arrays and values out.

Nothing here knows about the service, a database or a queue, and importing this package does not
import torch: only the modules that need it do.
"""
