"""The hotline's queue of short cards, calls about no case yet, and shifts."""
