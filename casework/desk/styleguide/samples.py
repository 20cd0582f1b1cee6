"""Invented people, places and sentences, in English and Arabic, to look at the parts with."""

from datetime import datetime, timedelta
from typing import Any

ENGLISH: dict[str, Any] = {
    "name": "Yesenia Xochiquetzal Cuautle Tlahuelxochitl",
    "reference": "NLA-2026-0042, active, bond and removal defense",
    "about": "34, Mexico, Nahuatl (Puebla), some Spanish",
    "facts": [
        ("Where", "El Paso Processing Center", "since Nov 14, confirmed by phone 5 hours ago"),
        ("Next hearing", "Thu,\xa0Dec\xa03,\xa010:30\xa0am", "master, by video; court on file: Adelanto"),
        ("Next deadline", "Mon,\xa0Nov\xa030", "change of venue decision"),
        ("Lead", "Ada Quispe", "Ben Okoye, paralegal; E-28 filed Oct 2"),
    ],
    "alert": "Call the sister before 6\xa0pm only. The husband must not know where she is held.",
    "tabs": [
        "Overview",
        "Custody",
        "Docket",
        "People and consents",
        "Notes",
        "Documents",
        "Intake",
        "Who looked",
        "Access",
    ],
    "timeline": [
        (
            "Nov 14, 6:10\xa0am",
            "Moved to El Paso Processing Center",
            "Found by Vic in the locator, confirmed by phone",
            "violet",
        ),
        ("Nov 6, 4:00\xa0pm", "Not located", "Adelanto says released, no record elsewhere", "red"),
        ("Sep 30, 9:25\xa0am", "Adelanto, 37 days", "", "accent"),
        ("Sep 28, 5:40\xa0am", "B-18 hold room, Los Angeles", "Arrested at work", "amber"),
    ],
    "day": "Monday, Nov 23",
    "rows": [
        (
            "Domingo Pérez Tzul",
            "Bond",
            "violet",
            "Adelanto, by video, Judge Okafor, K'iche' relay not confirmed",
            "Interpreter missing",
            "red",
        ),
        ("Marie-Ange Jean-Baptiste", "Master", "accent", "Eloy, in person, Judge Lindqvist, Haitian Creole", "", ""),
        (
            "Yesenia Xochiquetzal Cuautle Tlahuelxochitl",
            "Master",
            "accent",
            "Court on file: Adelanto. She is held in El Paso since Nov 14.",
            "Moved",
            "amber",
        ),
    ],
    "columns": ["Person", "Held at", "Next hearing", "Age of the place"],
    "table": [
        (
            "Yesenia Xochiquetzal Cuautle Tlahuelxochitl",
            "El Paso Processing Center",
            "Thu,\xa0Dec\xa03,\xa010:30\xa0am",
            "5 hours",
        ),
        ("Domingo Pérez Tzul", "Adelanto", "Mon,\xa0Nov\xa023,\xa08:30\xa0am", "2 days"),
        ("Abdoulaye Diallo", "Not located", "None on file", "31 hours"),
    ],
    "tasks": [
        ("Tell the sister: Spanish, before 6\xa0pm", "Ben", False),
        ("Decide on a motion to change venue", "Ada, due Nov 30", False),
        ("Confirm the place by phone", "Vic, 5 hours ago", True),
    ],
    "script": "¿Dónde se lo llevaron? ¿En la casa, en el trabajo, en la calle?",
}

ARABIC: dict[str, Any] = {
    "name": "عبد الرحمن يوسف الحاج إدريس المهدي",
    "reference": "NLA-2026-0057، ملف نشط، كفالة ودفاع ضد الترحيل",
    "about": "٣٤ سنة، السودان، العربية",
    "facts": [
        ("المكان", "مركز الباسو للاحتجاز", "منذ 14 نوفمبر، تأكد هاتفيًا قبل 5 ساعات"),
        ("الجلسة القادمة", "الخميس\xa03\xa0ديسمبر،\xa010:30\xa0ص", "بالفيديو؛ المحكمة المسجلة: أديلانتو"),
        ("الموعد النهائي القادم", "الاثنين\xa030\xa0نوفمبر", "قرار نقل الاختصاص"),
        ("المسؤولة", "Ada Quispe", "Ben Okoye، مساعد قانوني"),
    ],
    "alert": "اتصلوا بالأخت قبل السادسة مساءً فقط. يجب ألا يعرف الزوج مكان الاحتجاز.",
    "tabs": [
        "نظرة عامة",
        "الاحتجاز",
        "الجلسات",
        "الأشخاص والموافقات",
        "ملاحظات",
        "وثائق",
        "الاستقبال",
        "من اطلع",
        "الصلاحيات",
    ],
    "timeline": [
        ("14 نوفمبر، 6:10\xa0ص", "نُقل إلى مركز الباسو", "وجده Vic وتأكد هاتفيًا", "violet"),
        ("6 نوفمبر، 4:00\xa0م", "غير معروف المكان", "لا سجل في مكان آخر", "red"),
        ("28 سبتمبر، 5:40\xa0ص", "غرفة الاحتجاز، لوس أنجلوس", "أُوقف في العمل", "amber"),
    ],
    "day": "الاثنين\xa023\xa0نوفمبر",
    "rows": [
        ("دومينغو بيريز", "كفالة", "violet", "أديلانتو، بالفيديو، المترجم غير مؤكد", "لا يوجد مترجم", "red"),
        (
            "عبد الرحمن يوسف الحاج إدريس المهدي",
            "تمهيدية",
            "accent",
            "المحكمة المسجلة: أديلانتو. هو محتجز في الباسو.",
            "نُقل",
            "amber",
        ),
    ],
    "columns": ["الشخص", "مكان الاحتجاز", "الجلسة القادمة", "عمر المعلومة"],
    "table": [
        ("عبد الرحمن يوسف الحاج إدريس المهدي", "مركز الباسو للاحتجاز", "الخميس\xa03\xa0ديسمبر", "5 ساعات"),
        ("دومينغو بيريز", "أديلانتو", "الاثنين\xa023\xa0نوفمبر", "يومان"),
    ],
    "tasks": [
        ("إخبار الأخت بالعربية قبل السادسة مساءً", "Ben", False),
        ("تأكيد المكان هاتفيًا", "Vic، قبل 5 ساعات", True),
    ],
    "script": "أين أخذوه؟ من البيت أم من العمل أم من الشارع؟",
}


def published(now: datetime) -> dict[str, Any]:
    """What a link would show (as of `portal.rules.publish`): held, a hearing ahead, a bond that was set, work to do."""
    return {
        "lead": "Ada",
        "where": {
            "code": "detained", "since": f"{now - timedelta(days=9)}", "confirmed_at": f"{now - timedelta(hours=5)}",
            "next_check_at": f"{now + timedelta(days=1)}", "zone": "America/Denver",
            "place": "El Paso Processing Center", "town": "El Paso, TX", "phone": "(915) 555-0117",
        },
        "next": [
            {
                "id": "sample", "code": "hearing_individual", "at": f"{now + timedelta(days=10)}", "minutes": 90,
                "zone": "America/Denver", "medium": "V", "court": "El Paso Immigration Court",
                "address": "700 E San Antonio Ave, El Paso, TX 79901",
            },
        ],
        "steps": [{"code": "bond_granted", "on": f"{now - timedelta(days=3):%Y-%m-%d}", "amount": 5000}],
        "tasks": [{"code": "letters", "done": True}, {"code": "proof_address", "done": False}],
        "to_do": ["no_signing"],
    }  # fmt: skip
