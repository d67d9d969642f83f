"""What a way of copying says when it does not fit a recording; the next one is tried."""


class NotThisWay(Exception):
    """This way cannot hold this sound."""
