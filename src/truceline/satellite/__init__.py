"""Detections and pixels -> tables that the stages are given; one module a question."""
