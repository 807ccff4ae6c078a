"""Import jobs: why one is refused, and why one did not come to the end of its file."""

TEMPLATES = {
    "import_job.changed_meanwhile": "The import changed meanwhile. Read it again.",
    "import_job.ended": "The import ended already.",
    "import_job.exists": "There is an import with this id.",
    "import_job.gave_up": "The import was begun {times} times at one place and did not go on. The log of the function says why. People "
    "before this place are imported.",
    "import_job.gives_roles": "This import gives roles and groups. To send its files and to start it needs the scope {scope} too.",
    "import_job.not_uploaded": "The file {file} was not uploaded.",
    "import_job.not_waiting": "The import was started before, or ended.",
    "import_job.off": "This deployment has no bucket for uploads. Deploy it with imports=on.",
    "import_job.other_runs": "Another import runs. Only one runs at a time.",
    "import_job.other_size": "The upload of {file} has {size} bytes in place of {declared}. Create another import.",
    "import_job.size": "The files have to have at least one byte each, and {maximum} bytes together at most; the further ones {further}.",
    "import_job.too_many": "There are already {maximum} imports that wait for their start. Cancel one first.",
    "import_job.too_many_rows": "The file has more than {maximum} rows. Import the rest from a file of its own.",
    "import_job.unknown": "There is no import with this id.",
    "import_job.upload_changed": "An upload is gone or was replaced after the start. People before that are imported.",
}
