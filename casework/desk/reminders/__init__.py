"""How one is reminded, and for administrators whether reminders are sent."""
