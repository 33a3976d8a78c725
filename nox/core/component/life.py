"""The steps of one component's life. Each says in a sentence what went wrong; the kernel decides what follows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from twisted.internet.defer import CancelledError, Deferred
from twisted.python.failure import Failure

from nox.core.component.belongings import STOP_LIMIT
from nox.core.component.component import Component
from nox.core.component.limit import within
from nox.core.component.record import ComponentRecord, State
from nox.core.config.model import ComponentConfig
from nox.lib.errors import ComponentError, NoxError


def create(record: ComponentRecord) -> Component:
    """Make the instance.

    :raises NoxError: when its ``__init__`` fails.
    """
    with _failures(record):
        instance = record.cls()
    instance.record, instance.config, instance.log = record, record.config, record.log
    record.instance = instance
    return instance


def bind(record: ComponentRecord) -> None:
    """Create the component and open its ports.

    :raises NoxError: when that fails.
    """
    instance = create(record)
    with _failures(record):
        instance.bind()
    record.enter(State.BOUND)


async def start(record: ComponentRecord) -> None:
    """Start a component that is bound.

    :raises NoxError: when it fails.
    """
    instance = _instance(record)
    record.enter(State.STARTING)
    with _failures(record):
        await instance.start()
    record.enter(State.RUNNING)


async def stop(record: ComponentRecord) -> None:
    """Stop a component, however far it has come, and withdraw all that it owns. Never fails."""
    was = record.state
    record.enter(State.STOPPING)
    if was in (State.BOUND, State.RUNNING):
        stopping = Deferred.fromCoroutine(_instance(record).stop())
        await within(STOP_LIMIT, record.clock, stopping).addErrback(record.report, "stop()")
    await record.belongings.withdraw_all()
    record.enter(State.STOPPED)


async def configure(record: ComponentRecord, config: ComponentConfig) -> bool:
    """Offer a running component its changed configuration; whether it took it."""
    instance = _instance(record)
    work = Deferred.fromCoroutine(instance.configure(config))
    if not await work.addErrback(_refused, record):
        return False
    record.config = instance.config = config
    return True


def _refused(failure: Failure, record: ComponentRecord) -> bool:
    record.report(failure, "configure()")
    return False


def _instance(record: ComponentRecord) -> Component:
    if record.instance is None:
        raise ComponentError(f'component "{record.name}" does not exist: it was not created')
    return record.instance


@contextmanager
def _failures(record: ComponentRecord) -> Iterator[None]:
    """Whatever the component raises becomes a NoxError, and is what the record fails with."""
    try:
        yield
    except NoxError as error:
        record.fail(str(error))
        raise
    except CancelledError as error:
        sentence = f'component "{record.name}" was stopped while it started'
        record.fail(sentence)
        raise ComponentError(sentence) from error
    except Exception as error:
        sentence = f'component "{record.name}" failed to start: {type(error).__name__}: {error}'
        record.fail(sentence, Failure())
        raise ComponentError(sentence) from error
