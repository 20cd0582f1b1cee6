"""The directory: courts, hearing locations, facilities, offices, districts and code lists, the same for everybody.

Reference data comes from `fixtures/directory` by `manage.py load_directory`; organizations add notes of their own.
It never knows who is held anywhere, and never forgets a place that an old case names.
"""
