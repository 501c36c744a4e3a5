"""Holds the JSON of verdicts of many kinds to its schema, and the schema to saying what every field is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from shown import NO_CASE, STORY, TRADITIONAL, TWO_SCAMS, review

from classifier import ScamClassifier, load_taxonomy
from classifier.render.as_json import verdict_object, verdict_schema

SCHEMA = json.loads(verdict_schema())
VALID = Draft202012Validator(SCHEMA)
NAMES = load_taxonomy()
KINDS = {
    "accept": (STORY, None, "accept"),
    "review": (TWO_SCAMS, None, "review"),
    "not a case": (NO_CASE, None, "not_a_case"),
    "blank": ("", None, "not_a_case"),
    "foreign": ("hello world", None, "not_a_case"),
    "traditional": (TRADITIONAL, None, "accept"),
    "against": (STORY, "loan_card", "accept"),
    "against, under review": (TWO_SCAMS, "romance", "review"),
    "against no case": (STORY, "not_a_case", "accept"),
    "no case against a type": (NO_CASE, "romance", "not_a_case"),
    "control characters": (STORY.replace("理赔", "理\x00赔\x1b"), None, "accept"),
    "one character": ("骗", None, None),
}


def given(classifier: ScamClassifier, kind: str) -> Any:
    text, against, _ = KINDS[kind]
    return json.loads(json.dumps(verdict_object(classifier.classify(text, against=against), NAMES, against=against)))


@pytest.mark.parametrize("kind", KINDS)
def test_verdicts_of_every_kind_are_what_the_schema_says(classifier: ScamClassifier, kind: str) -> None:
    answer = given(classifier, kind)
    VALID.validate(answer)
    assert KINDS[kind][2] in (None, answer["decision"])


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def objects(schema: Any) -> list[dict[str, Any]]:
    """Every part of a schema that describes an object, the conditions apart."""
    inner = [part for key, part in schema.items() if key not in ("if", "then", "else")] if isinstance(schema, dict) else schema
    found = [part for each in inner if isinstance(each, dict | list) for part in objects(each)]
    return [schema, *found] if isinstance(schema, dict) and schema.get("type") == "object" else found


def test_every_field_is_described_and_no_other_is_allowed() -> None:
    assert len(objects(SCHEMA)) == 5
    for part in objects(SCHEMA):
        assert part["additionalProperties"] is False
        assert part["description"]
        assert all(field["description"] for field in part["properties"].values())


@pytest.mark.parametrize("field", sorted(set(SCHEMA["properties"]) - {"against"}))
def test_a_verdict_without_one_of_its_fields_is_none(classifier: ScamClassifier, field: str) -> None:
    answer = given(classifier, "review")
    del answer[field]
    assert not VALID.is_valid(answer)


@pytest.mark.parametrize(
    "change",
    [
        {"text": STORY},
        {"confidence": 1.5},
        {"decision": "perhaps"},
        {"decision": "not_a_case"},
        {"category": None},
        {"category": "not_a_case"},
        {"cues": [{"text": "", "start": 0, "end": 0, "weight": 0}]},
        {"candidate_cues": [["loan_card", []]]},
        {"against": 3},
    ],
)
def test_what_is_no_verdict_is_told_from_one(classifier: ScamClassifier, change: dict[str, Any]) -> None:
    answer = given(classifier, "review")
    assert VALID.is_valid(answer)
    assert not VALID.is_valid(answer | change)


def test_cues_of_further_candidates_are_objects_with_code_and_name() -> None:
    answer = verdict_object(review(TWO_SCAMS, {"佣金": 0.5}, {"loan_card": ["解冻费"]}), NAMES)
    start = TWO_SCAMS.index("解冻费")
    assert answer["candidate_cues"] == [
        {"code": "loan_card", "name": "贷款、代办信用卡类", "cues": [{"text": "解冻费", "start": start, "end": start + 3, "weight": 0.5}]}
    ]


def test_what_it_was_compared_with_is_stated_only_where_it_was_asked_for(classifier: ScamClassifier) -> None:
    assert given(classifier, "against")["against"] == "loan_card"
    assert "against" not in given(classifier, "accept")


def test_contributions_are_ordered_and_add_up(classifier: ScamClassifier) -> None:
    for kind in ("accept", "against", "no case against a type"):
        answer = given(classifier, kind)
        parts = [entry["share"] for entry in answer["contributions"]]
        assert parts == sorted(parts, reverse=True)
        assert sum(parts) + answer["remainder"] == pytest.approx(answer["margin"], abs=1e-5)


def test_the_text_is_not_repeated(classifier: ScamClassifier) -> None:
    assert STORY not in json.dumps(given(classifier, "accept"), ensure_ascii=False)
