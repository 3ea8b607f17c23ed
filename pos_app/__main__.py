"""`facepay-pos`: the terminal program.

facepay-pos --bundle DIR [--camera NAME] [--lang zh_CN|en] [--role till|enrolment]
facepay-pos models [fetch|list]
facepay-pos evaluate FOLDER [--output DIR] [--captures N]
facepay-pos evaluate [--presentations FOLDER] [--virtual] [--rounds N] [--output DIR]
facepay-pos cameras
facepay-pos calibrate --camera NAME [--lang zh_CN|en]
facepay-pos reconcile --bundle DIR [--date YYYY-MM-DD]
"""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import structlog

from facepay.pad_challenge import Presentation
from facepay.ports import SystemClock
from pos_app.config import TerminalConfig, TerminalRole, forbid_older_tls, load_config, quiet_ffmpeg
from pos_app.errors import PosError
from pos_app.pad.policy import ChallengeUse

_WEBCAMS_TRIED = 4
EXIT_DIFFERENT = 3
"""The command did its work and the answer is no; 2 is a command line that is none."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the process's exit code. A mistake is one sentence on stderr."""
    options = _parser().parse_args(arguments)
    # gRPC reads it when it is imported, which the commands below do.
    forbid_older_tls()
    quiet_ffmpeg()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    try:
        return int(options.run(options))
    except PosError as error:
        print(f"facepay-pos: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="facepay-pos", description="The terminal of the face-payment simulator."
    )
    parser.set_defaults(run=_run_terminal)
    parser.add_argument("--bundle", type=Path, help="the terminal's bundle directory")
    parser.add_argument(
        "--camera", default="0", help="a name that `facepay-pos cameras` lists, or a video file"
    )
    parser.add_argument("--lang", choices=("zh_CN", "en"), default="zh_CN")
    parser.add_argument(
        "--presentation",
        choices=[way.name.lower() for way in Presentation],
        help="in place of the bundle's: what the liveness check may do to everybody here",
    )
    parser.add_argument(
        "--challenge",
        choices=[use.value for use in ChallengeUse],
        help="in place of the policy's: when steps are asked beside silent evidence",
    )
    parser.add_argument("--role", choices=[role.value for role in TerminalRole])
    commands = parser.add_subparsers(title="other commands", metavar="")
    models = commands.add_parser("models", help="face models and demo media")
    models.add_argument("action", choices=("fetch", "list"), nargs="?", default="list")
    models.set_defaults(run=_models)
    cameras = commands.add_parser(
        "cameras", help="list webcams that open, virtual shoppers and attacks, with what each shows"
    )
    cameras.set_defaults(run=_list_cameras)
    calibrate = commands.add_parser(
        "calibrate", help="fit thresholds to a camera in a guided minute with one person"
    )
    calibrate.add_argument("--camera", default=argparse.SUPPRESS, help="as above")
    calibrate.add_argument("--lang", choices=("zh_CN", "en"), default=argparse.SUPPRESS)
    calibrate.add_argument(
        "--no-light", action="store_true", help="do not light the face with the display's colours"
    )
    calibrate.set_defaults(run=_calibrate)
    _add_evaluate(commands.add_parser("evaluate", help="error rates on your own data"))
    reconcile = commands.add_parser(
        "reconcile",
        help="compare a business day with the service; prints JSON",
        description="Exit code 0: the totals match. 3: they differ. 1: not compared.",
    )
    reconcile.add_argument("--bundle", type=Path, required=True)
    reconcile.add_argument("--date", type=_day, help="business day; it ends at 23:00 in Beijing")
    reconcile.set_defaults(run=_reconcile)
    return parser


def _add_evaluate(evaluate: argparse.ArgumentParser) -> None:
    evaluate.add_argument(
        "folder", type=Path, nargs="?", help="people: one sub-folder a person, pictures in it"
    )
    evaluate.add_argument(
        "--presentations",
        type=Path,
        help="attacks: one sub-folder a species (bona-fide, print, replay, ...), videos in it",
    )
    evaluate.add_argument(
        "--virtual", action="store_true", help="the program's own virtual shoppers and attackers"
    )
    evaluate.add_argument("--rounds", type=int, default=3, help="of the virtual ones")
    evaluate.add_argument("--output", type=Path, default=Path("build/evaluation"))
    evaluate.add_argument(
        "--captures", type=int, default=1, help="pictures of a person fused into the reference"
    )
    evaluate.add_argument("--workers", type=int, help="processes; as many as cores by default")
    evaluate.add_argument(
        "--keep-features",
        action="store_true",
        help="keep the computed features (biometric data) in the output folder for another run",
    )
    evaluate.set_defaults(run=_evaluate)


def _evaluate(options: argparse.Namespace) -> int:
    if options.folder is None and options.presentations is None and not options.virtual:
        raise PosError("say what to evaluate: a folder of people, --presentations DIR or --virtual")
    if options.folder is not None:
        _evaluate_people(options)
    if options.presentations is not None or options.virtual:
        _evaluate_presentations(options)
    return 0


def _evaluate_people(options: argparse.Namespace) -> None:
    from pos_app.evaluation.command import EvaluationOrder, evaluate_people  # noqa: PLC0415 - slow
    from pos_app.evaluation.progress_bar import progress_bar  # noqa: PLC0415 - as above

    order = EvaluationOrder(
        folder=options.folder,
        output=options.output,
        captures=options.captures,
        workers=options.workers or os.cpu_count() or 1,
        keep_features=options.keep_features,
    )
    with progress_bar("pictures") as progress:
        evaluate_people(order, progress, print)


def _evaluate_presentations(options: argparse.Namespace) -> None:
    from pos_app.evaluation.presentations.command import (  # noqa: PLC0415 - slow to import
        PresentationOrder,
        evaluate_presentations,
    )
    from pos_app.evaluation.progress_bar import progress_bar  # noqa: PLC0415 - as above

    order = PresentationOrder(
        output=options.output,
        folder=options.presentations,
        rounds=options.rounds if options.virtual else 0,
        workers=options.workers or os.cpu_count() or 1,
    )
    with progress_bar("presentations") as progress:
        evaluate_presentations(order, progress, print)


def _run_terminal(options: argparse.Namespace) -> int:
    if options.bundle is None:
        raise PosError("--bundle DIR is needed; `facepay-clearing init` makes one per terminal")
    config = load_config(options.bundle)
    if options.role is not None and options.role != config.role.value:
        raise PosError(f"this bundle is for the role {config.role.value}")
    if options.presentation is not None:
        config = replace(config, presentation=Presentation[options.presentation.upper()])
    if config.role is TerminalRole.ENROLMENT:
        return _run_station(config, options.camera, options.lang)
    return _run_till(config, options)


def _run_till(config: TerminalConfig, chosen: argparse.Namespace) -> int:
    from pos_app.bootstrap import connect_till, find_camera, shop_before_sign_on  # noqa: PLC0415
    from pos_app.capture.stage import Stage  # noqa: PLC0415
    from pos_app.checkout.catalogue import CATALOGUE  # noqa: PLC0415
    from pos_app.ui.phrase import Language  # noqa: PLC0415
    from pos_app.ui.till import TillOptions, run_till  # noqa: PLC0415 - Qt only where a window is

    stage = Stage()
    camera = find_camera(chosen.camera, SystemClock(), stage)
    challenge = ChallengeUse(chosen.challenge) if chosen.challenge else None
    options = TillOptions(
        shop_before_sign_on(config),
        CATALOGUE,
        Language(chosen.lang),
        presentation=config.presentation,
    )
    return run_till(options, connect_till(config, camera, stage, challenge=challenge))


def _run_station(config: TerminalConfig, camera_name: str, language: str) -> int:
    from pos_app.bootstrap import connect_station, find_camera  # noqa: PLC0415 - after the TLS rule
    from pos_app.capture.stage import Stage  # noqa: PLC0415
    from pos_app.ui.enrolment_station import StationOptions, run_station  # noqa: PLC0415
    from pos_app.ui.phrase import Language  # noqa: PLC0415 - Qt only where a window is

    stage = Stage()
    camera = find_camera(camera_name, SystemClock(), stage)
    options = StationOptions(config.terminal_id, config.issuers, Language(language))
    return run_station(options, connect_station(config, camera, stage))


def _reconcile(options: argparse.Namespace) -> int:
    from pos_app.bootstrap import reconcile  # noqa: PLC0415 - after the TLS rule
    from pos_app.checkout.reconciliation import NotReconciled, reconciliation_json  # noqa: PLC0415

    outcome = asyncio.run(reconcile(load_config(options.bundle), options.date))
    print(reconciliation_json(outcome))
    if isinstance(outcome, NotReconciled):
        return 1
    return 0 if outcome.is_matched else EXIT_DIFFERENT


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no date, such as 2026-11-22") from None


def _models(options: argparse.Namespace) -> int:
    from pos_app.features.model_commands import models_fetch, models_list  # noqa: PLC0415 - slow

    if options.action == "fetch":
        models_fetch(print)
    else:
        models_list(print)
    return 0


def _calibrate(options: argparse.Namespace) -> int:
    from pos_app.bootstrap import calibrate_camera  # noqa: PLC0415 - slow to import
    from pos_app.ui.phrase import Language  # noqa: PLC0415 - as above

    language, has_light = Language(options.lang), not options.no_light
    is_calibrated = calibrate_camera(options.camera, language, print, has_light=has_light)
    return 0 if is_calibrated else EXIT_DIFFERENT


def _list_cameras(_options: argparse.Namespace) -> int:
    from pos_app.bootstrap import cameras_that_open  # noqa: PLC0415 - slow to import

    listings = cameras_that_open(_WEBCAMS_TRIED, SystemClock())
    width = max(len(listing.name) for listing in listings)
    for listing in listings:
        print(f"{listing.name:{width}}  {listing.words}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
