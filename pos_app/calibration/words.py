"""What the guided minute says on the console, in both languages."""

from collections.abc import Mapping
from typing import Final

from pos_app.calibration.measures import CalibrationRefusal, RefusalReason
from pos_app.capture.guidance import Guidance
from pos_app.capture.stage import Prompt
from pos_app.ui.phrase import Language, LocalName

Words = LocalName
"""A text in both languages."""

BEGIN: Final = Words(
    "校准摄像头 {camera}：请一个人像平时付款那样站在镜头前，约一分钟；最后顾客屏会依次亮起几种颜色（--no-light 可省去）。不保存任何画面或特征。",
    "Calibrating camera {camera}: one person stands before it as for a payment, for about a minute. "
    "At the end the display shows colours; --no-light leaves that out. No picture and no feature is "
    "kept.",
)
PROGRESS: Final = Words("已完成 {percent} %", "{percent} % done")
WRITTEN: Final = Words(
    "校准完成，已写入 {path}。删除该文件即可恢复默认阈值。",
    "Calibrated; written to {path}. Remove the file to return to the packaged thresholds.",
)
THRESHOLD: Final = Words(
    "  {name}：{before} 改为 {after}（允许 {lowest} 至 {highest}）",
    "  {name}: {before} becomes {after} (allowed {lowest} to {highest})",
)
REFUSED: Final = Words("未校准：{why}", "Not calibrated: {why}")

PROMPTS: Final[Mapping[Prompt, Words]] = {
    Prompt.LOOK: Words("请看镜头，自然站好", "Look at the camera and stand as you are"),
    Prompt.BLINK: Words("请眨眼", "Blink your eyes"),
    Prompt.TURN_LEFT: Words("请慢慢向您的左边转头", "Turn your head slowly to your left"),
    Prompt.TURN_RIGHT: Words("请慢慢向您的右边转头", "Turn your head slowly to your right"),
    Prompt.OPEN_MOUTH: Words("请张嘴", "Open your mouth"),
}
LIGHT_ANSWERED: Final = Words("脸对屏幕的光有响应", "The face answers the light of the display")
LIGHT_UNANSWERED: Final = Words(
    "脸对屏幕的光没有响应：屏幕不够亮、太远或没有显示颜色。亮度阈值不变，付款时会要求做动作",
    "The face does not answer the light: the display is dim, far away or showed none. The threshold of "
    "light stays, and payments will ask for steps",
)
FACE_SEEN: Final = Words("看到人脸", "A face is seen")
GUIDANCE: Final[Mapping[Guidance, Words]] = {
    Guidance.NO_FACE: Words("没有看到人脸", "No face is seen"),
    Guidance.SEVERAL_FACES: Words("请只留一个人", "One person only, please"),
}

REASONS: Final[Mapping[RefusalReason, Words]] = {
    RefusalReason.CAMERA_LOST: Words(
        "摄像头中断或画面无法使用", "the camera stopped, or what it gave could not be used"
    ),
    RefusalReason.TOO_FEW_FACES: Words(
        "多数时间没有看到恰好一张人脸", "for much of the time there was not exactly one face"
    ),
    RefusalReason.NO_NEUTRAL: Words(
        "没有看到正视、睁眼、闭嘴的脸",
        "the face never rested: eyes open, mouth closed, looking ahead",
    ),
    RefusalReason.STEP_NOT_DONE: Words(
        "没有完成动作“{measure}”，像照片或屏幕一样",
        "the step {measure} was not done, as with a picture or a screen",
    ),
    RefusalReason.IMPLAUSIBLE: Words(
        "测得 {measure} = {value}，应在 {lowest} 至 {highest} 之间；"
        "镜头前可能不是真人，或光线、摄像头不适合收款",
        "{measure} is {value} and should be {lowest} to {highest}: no person stands there, or light "
        "or camera are not fit for payments",
    ),
}


def why(refusal: CalibrationRefusal, language: Language) -> str:
    """Return the explanation of a refusal."""
    bounds = refusal.bounds
    return (
        REASONS[refusal.reason]
        .in_language(language)
        .format(
            measure=refusal.measure,
            value=f"{refusal.value:.3g}",
            lowest=f"{bounds.lowest:g}" if bounds else "",
            highest=f"{bounds.highest:g}" if bounds else "",
        )
    )
