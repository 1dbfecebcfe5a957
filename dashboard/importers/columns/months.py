"""Month names in the languages of tracker exports: English, German, Spanish, French, Italian, Portuguese."""

from __future__ import annotations

_MONTH_NAMES = """
jan january januar jänner janv janvier ene enero gen gennaio janeiro
feb february februar févr fév fevr février fevrier febrero febbraio fev fevereiro
mar march mär mrz märz maerz mars marzo março marco
apr april avr avril abr abril aprile
may mai mayo mag maggio maio
jun june juni juin junio giu giugno junho
jul july juli juil juillet julio lug luglio julho
aug august août aout ago agosto
sep sept september septembre septiembre set settembre setembro
oct october okt oktober octobre octubre ott ottobre out outubro
nov november novembre noviembre novembro
dec december dez dezember déc décembre decembre dic diciembre dicembre dezembro
"""

MONTHS: dict[str, int] = {
    name: number for number, names in enumerate(_MONTH_NAMES.strip().splitlines(), start=1) for name in names.split()
}
