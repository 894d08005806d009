#!/usr/bin/env python3
"""Prompts in GenEval's layout about classes that GenEval does not ask for.

Settings such as the temperature are chosen with them, never with GenEval's own prompts:
    tools/validation_prompts.py > runs/validation.jsonl
    unipic eval scenes --prompt-file runs/validation.jsonl --parts geneval --images 2
"""
import json
import pathlib
import random

PROMPTS_A_TAG = 20
COLORS = ["red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white"]
NUMBERS = {2: "two", 3: "three", 4: "four"}
RELATIONS = ["left of", "right of", "above", "below"]


def noun_phrase(words):
    return ("an " if words[0] in "aeiou" else "a ") + words


def clause(one, count=1, **more):
    return {"class": one["name"], "count": count, **more}


def prompts(classes, draw):
    colored = [one for one in classes if one["recolour"]]
    for _ in range(PROMPTS_A_TAG):
        one, = draw.sample(classes, 1)
        yield "single_object", [clause(one)], noun_phrase(one["name"])
    for _ in range(PROMPTS_A_TAG):
        a, b = draw.sample(classes, 2)
        yield "two_object", [clause(a), clause(b)], f"{noun_phrase(a['name'])} and {noun_phrase(b['name'])}"
    for _ in range(PROMPTS_A_TAG):
        one, count = draw.choice(classes), draw.choice(list(NUMBERS))
        yield "counting", [clause(one, count)], f"{NUMBERS[count]} {one['plural']}"
    for _ in range(PROMPTS_A_TAG):
        one, color = draw.choice(colored), draw.choice(COLORS)
        yield "colors", [clause(one, color=color)], noun_phrase(f"{color} {one['name']}")
    for _ in range(PROMPTS_A_TAG):
        a, b = draw.sample(classes, 2)
        relation = draw.choice(RELATIONS)
        placed = clause(a, position=[relation, 0])
        yield "position", [clause(b), placed], f"{noun_phrase(a['name'])} {relation} {noun_phrase(b['name'])}"
    for _ in range(PROMPTS_A_TAG):
        a, b = draw.sample(colored, 2)
        color_a, color_b = draw.sample(COLORS, 2)
        text = " and ".join(noun_phrase(f"{color} {one['name']}") for color, one in ((color_a, a), (color_b, b)))
        yield "color_attr", [clause(a, color=color_a), clause(b, color=color_b)], text


def main():
    atlas = pathlib.Path(__file__).parent.parent / "assets" / "scenes" / "sprites.json"
    classes = [one for one in json.loads(atlas.read_text())["classes"]
               if not one["coco"] and not one["measure"] and one["kind"] != "shape"]
    for tag, include, text in prompts(classes, random.Random(1)):
        prompt = {"tag": tag, "include": include, "prompt": f"a photo of {text}"}
        if tag == "counting":
            prompt["exclude"] = [{"class": include[0]["class"], "count": include[0]["count"] + 1}]
        print(json.dumps(prompt))


if __name__ == "__main__":
    main()
