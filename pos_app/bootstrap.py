"""Wiring: which real adapter stands behind which port of one terminal. Nothing else decides that."""

from collections.abc import Sequence
from dataclasses import dataclass

import grpc.aio

from facepay.errors import MalformedFieldError
from facepay.ports import Clock, Randomness, SystemClock, SystemRandomness
from facepay.secret import SecretBytes
from pos_app.checkout.checkout import Checkout
from pos_app.checkout.clearing_answers import SignedOn
from pos_app.checkout.enrolment import Enrollee, EnrolmentFlow, EnrolmentPorts
from pos_app.checkout.payment_run import CheckoutPorts
from pos_app.checkout.pin_entry import PinPadError
from pos_app.checkout.ports import FaceCapture, Payer, PaymentObserver
from pos_app.clearing_client.channel import open_channel
from pos_app.clearing_client.enrolment_gateway import RemoteEnrolment
from pos_app.clearing_client.gateway import RemoteClearing
from pos_app.clearing_client.request_builder import RequestBuilder
from pos_app.clearing_client.terminal_keys import TerminalKeys
from pos_app.config import TerminalConfig
from pos_app.journal.sqlite_journal import SqliteJournal
from pos_app.pin_pad.simulated_ped import SimulatedPed

_INITIAL_KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Terminal:
    """One terminal's adapters, made on the event loop that uses them."""

    config: TerminalConfig
    clock: Clock
    randomness: Randomness
    journal: SqliteJournal
    channel: grpc.aio.Channel
    clearing: RemoteClearing
    enrolment: RemoteEnrolment
    pin_pad: SimulatedPed

    def checkout(self, capture: FaceCapture, payer: Payer, observer: PaymentObserver) -> Checkout:
        """Return the checkout of a till."""
        ports = CheckoutPorts(
            gateway=self.clearing,
            journal=self.journal,
            capture=capture,
            pin_pad=self.pin_pad,
            payer=payer,
            observer=observer,
            clock=self.clock,
            randomness=self.randomness,
        )
        return Checkout(ports, self.config.terminal_id)

    def enrolment_flow(
        self, capture: FaceCapture, enrollee: Enrollee, signed_on: SignedOn
    ) -> EnrolmentFlow:
        """Return the flow of an enrolment station."""
        ports = EnrolmentPorts(
            gateway=self.enrolment,
            journal=self.journal,
            capture=capture,
            pin_pad=self.pin_pad,
            enrollee=enrollee,
            clock=self.clock,
            randomness=self.randomness,
        )
        return EnrolmentFlow(ports, signed_on)

    async def close(self) -> None:
        """Close the line and the journal, and wipe the session. A repeat does nothing."""
        self.clearing.close()
        await self.channel.close()
        self.journal.close()


def open_terminal(
    config: TerminalConfig,
    *,
    clock: Clock | None = None,
    randomness: Randomness | None = None,
    interceptors: Sequence[grpc.aio.ClientInterceptor] = (),
) -> Terminal:
    """Open a terminal from its bundle; nothing is sent and no file of the journal is touched yet.

    Raises `TerminalKeysError` and `PinPadError`.
    """
    clock, randomness = clock or SystemClock(), randomness or SystemRandomness()
    keys = TerminalKeys.load(config)
    channel = open_channel(config, interceptors)
    builder = RequestBuilder(config.terminal_id, keys, clock, randomness)
    clearing = RemoteClearing(channel, keys, builder, clock)
    return Terminal(
        config=config,
        clock=clock,
        randomness=randomness,
        journal=SqliteJournal(config.journal_path, clock, randomness),
        channel=channel,
        clearing=clearing,
        enrolment=RemoteEnrolment(channel, clearing, builder, clock),
        pin_pad=open_pin_pad(config, clock, randomness),
    )


def open_pin_pad(config: TerminalConfig, clock: Clock, randomness: Randomness) -> SimulatedPed:
    """Open the PIN pad; at its first start it takes the initial key from the bundle and erases it.

    Raises `PinPadError`.
    """
    pin_pad = SimulatedPed(config.pin_pad_path, clock, randomness)
    path = config.initial_pin_key_path
    if pin_pad.is_loaded or not path.exists():
        return pin_pad
    try:
        with SecretBytes(bytearray(path.read_bytes())) as content:
            initial_key = SecretBytes(content.view[:_INITIAL_KEY_BYTES])
            with initial_key:
                pin_pad.load_initial_key(initial_key, bytes(content.view[_INITIAL_KEY_BYTES:]))
        path.unlink()
    except (OSError, MalformedFieldError) as error:
        raise PinPadError(f"{path.name} cannot be taken as an initial key") from error
    return pin_pad
