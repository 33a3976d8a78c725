"""Frames: their header fields, and how these are changed."""
