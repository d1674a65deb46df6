"""What every test of the journey gets: the platform that the environment names, and a place of its own on it."""

import os
import uuid

import pytest
from session import Session

BUCKET = "user-admin"


@pytest.fixture(scope="session")
def admin() -> Session:
    """The administrator, who owns the bucket `user-admin`."""
    return Session(os.environ["OKEANOS_URL"], os.environ["OKEANOS_S3"], os.environ["OKEANOS_TOKEN"])


@pytest.fixture(scope="session")
def anyone() -> Session:
    """Somebody who has not signed in."""
    return Session(os.environ["OKEANOS_URL"], os.environ["OKEANOS_S3"])


@pytest.fixture
def folder() -> str:
    """A prefix in the bucket that no other test writes to."""
    return f"journey/{uuid.uuid4().hex[:12]}"


@pytest.fixture
def bucket() -> str:
    return BUCKET
