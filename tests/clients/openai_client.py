"""The official Python client of OpenAI against the server."""
import base64
import sys
import urllib.request

import openai
from openai.types import (ImageEditCompletedEvent, ImageEditPartialImageEvent, ImageGenCompletedEvent,
                          ImageGenPartialImageEvent)

from checks import must_raise, parser, run_checks
from picture_files import is_whole_png, png, size_of_png
from server_process import Server

APPLE, DESCRIBE = "a photo of a red apple", "Describe the image in detail."
FAST, LONG = {"num_inference_steps": 4}, {"num_inference_steps": 512}


def client_of(server, key="none"):
    return openai.OpenAI(base_url=server.url + "/v1", api_key=key, max_retries=0, timeout=180)


def picture_of(data):
    file = base64.b64decode(data.b64_json, validate=True)
    assert is_whole_png(file)
    return file


def draw(client, **fields):
    extra = {**FAST, **fields.pop("extra", {})}
    return client.images.generate(prompt=APPLE, extra_body=extra, **fields)


def a_picture_comes_as_base64(client):
    answer = draw(client, size="128x128")
    assert size_of_png(picture_of(answer.data[0])) == (128, 128) and answer.size == "128x128"
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens
    assert answer.output_format == "png" and answer.created > 1_700_000_000


def the_same_seed_gives_the_same_bytes(client):
    first, again, other = (picture_of(draw(client, extra={"seed": seed}).data[0]) for seed in (7, 7, 8))
    assert first == again and first != other


def two_pictures_have_two_seeds(client):
    answer = draw(client, n=2, extra={"seed": 7})
    assert [data.seed for data in answer.data] == [7, 8]
    assert answer.data[0].id != answer.data[1].id
    assert picture_of(answer.data[0]) != picture_of(answer.data[1])


def a_url_leads_to_the_picture(client):
    answer = draw(client, n=2, response_format="url")
    for data in answer.data:
        assert data.b64_json is None
        with urllib.request.urlopen(data.url) as picture:
            assert picture.headers["Content-Type"] == "image/png" and is_whole_png(picture.read())


def other_formats_are_what_they_say(client):
    for name, begin in {"jpeg": b"\xff\xd8\xff", "webp": b"RIFF"}.items():
        answer = draw(client, output_format=name, output_compression=50)
        assert answer.output_format == name and base64.b64decode(answer.data[0].b64_json).startswith(begin)


def check_events(events, partial, completed, fewest_partials):
    """`events` are some of `partial` and one `completed`, just as the client declares them."""
    for event in events:
        type(event).model_validate(event.to_dict(), strict=True)
    assert [type(event) for event in events] == [partial] * (len(events) - 1) + [completed]
    assert [event.partial_image_index for event in events[:-1]] == list(range(len(events) - 1))
    assert len(events) - 1 >= fewest_partials, f"{len(events) - 1} partial pictures"
    assert all(is_whole_png(base64.b64decode(event.b64_json)) for event in events)


def a_stream_shows_the_picture_as_it_forms(client):
    fields = {"extra": {"seed": 7, "num_inference_steps": 8}}
    events = list(draw(client, stream=True, partial_images=3, **fields))
    check_events(events, ImageGenPartialImageEvent, ImageGenCompletedEvent, fewest_partials=2)
    assert len({event.b64_json for event in events}) == len(events), "partial pictures are alike"
    assert picture_of(events[-1]) == picture_of(draw(client, **fields).data[0])
    return f"{len(events) - 1} partial pictures"


def a_stream_without_partial_images_has_one_event(client):
    check_events(list(draw(client, stream=True)), ImageGenPartialImageEvent, ImageGenCompletedEvent, 0)


def an_edit_takes_a_file(client):
    for image in (("cat.png", png()), [("cat.png", png()), ("dog.png", png())]):
        answer = client.images.edit(image=image, prompt="make it blue", n=2, extra_body=FAST)
        assert len(answer.data) == 2 and all(is_whole_png(picture_of(data)) for data in answer.data)


def an_edit_streams(client):
    events = list(client.images.edit(image=("cat.png", png()), prompt="make it blue", stream=True, partial_images=3,
                                     extra_body={"num_inference_steps": 8}))
    check_events(events, ImageEditPartialImageEvent, ImageEditCompletedEvent, fewest_partials=2)


def say(client, messages, words, **fields):
    """The answer, after both are put into the conversation as they are."""
    messages.append({"role": "user", "content": words})
    answer = client.chat.completions.create(model="default", messages=messages, **fields).choices[0]
    assert answer.finish_reason == "stop"
    pictures = answer.message.model_extra.get("images", [])
    messages.append({"role": "assistant", "content": pictures or answer.message.content})
    return answer.message.content, pictures


def a_conversation_draws_edits_and_counts(client):
    messages = []
    drawn, changed = (say(client, messages, words, extra_body=FAST)[1] for words in ("draw a red apple", "make it blue"))
    assert len(drawn) == len(changed) == 1 and drawn[0]["image_url"] != changed[0]["image_url"]
    record = client.get(f"/pictures/{changed[0]['id']}", cast_to=object)
    assert record["task"] == "edit" and record["prompt"] == "make it blue"
    answer, pictures = say(client, messages, "how many are there?", max_tokens=64)
    assert answer.strip() and not pictures
    return f"how many are there? {answer!r}"


def a_conversation_may_name_a_kept_picture(client):
    drawn = draw(client).data[0]
    url = {"type": "image_url", "image_url": {"url": f"unipic:{drawn.id}"}}
    messages = [{"role": "assistant", "content": [url]}]
    _, changed = say(client, messages, "make it blue", extra_body=FAST)
    assert client.get(f"/pictures/{changed[0]['id']}", cast_to=object)["source_id"] == drawn.id


def a_chat_stream_brings_the_words_of_the_whole_answer(client):
    url = "data:image/png;base64," + base64.b64encode(png()).decode()
    content = [{"type": "text", "text": DESCRIBE}, {"type": "image_url", "image_url": {"url": url}}]
    ask = [{"role": "user", "content": content}]
    fields = {"model": "default", "messages": ask, "max_tokens": 24}
    whole = client.chat.completions.create(**fields).choices[0]
    chunks = list(client.chat.completions.create(**fields, stream=True, stream_options={"include_usage": True}))
    words = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(words) == whole.message.content and len([word for word in words if word]) > 1
    assert chunks[-1].usage.completion_tokens > 0 and chunks[-2].choices[0].finish_reason == whole.finish_reason
    assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"} and len({chunk.id for chunk in chunks}) == 1


def a_chat_stream_brings_pictures(client):
    ask = [{"role": "user", "content": "draw a red apple"}]
    chunks = list(client.chat.completions.create(model="default", messages=ask, stream=True,
                                                 extra_body={**FAST, "progress": True, "preview_every": 1}))
    pictures = [picture for chunk in chunks for picture in chunk.choices[0].delta.model_extra.get("images", [])]
    extras = [chunk.model_extra for chunk in chunks]
    assert len(pictures) == 1 and pictures[0]["image_url"]["url"].startswith("data:image/png;base64,")
    assert any("progress" in extra for extra in extras) and any("partial_image" in extra for extra in extras)


def models_are_listed(client):
    model = client.models.list().data[0]
    assert client.models.retrieve(model.id) == model and model.owned_by == "unipic"


def wrong_requests_are_the_errors_the_client_knows(client):
    bad = openai.BadRequestError
    error = must_raise(bad, lambda: draw(client, size="100x100"))
    assert error.param == "size" and error.type == "invalid_request_error" and "100x100" in error.message
    for fields in ({"n": 11}, {"n": 0}, {"size": "large"}, {"output_format": "gif"}, {"partial_images": 4, "stream": True},
                   {"extra": {"seed": -2}}, {"extra": {"num_inference_steps": "many"}}, {"extra": {"prompt": " "}}):
        must_raise(bad, lambda: draw(client, **fields))
    must_raise(bad, lambda: client.images.edit(image=("cat.png", b"no picture"), prompt="make it blue"))
    must_raise(bad, lambda: client.chat.completions.create(model="default", messages=[]))
    must_raise(openai.UnprocessableEntityError,
               lambda: client.images.edit(image=("cat.png", png()), mask=("mask.png", png()), prompt="make it blue"))
    must_raise(openai.NotFoundError, lambda: client.models.retrieve("no-such-model"))
    must_raise(openai.NotFoundError, lambda: client.get("/pictures/pic_0000000000000000", cast_to=object))


def a_wrong_key_is_an_authentication_error(program):
    with Server(program, "--api-key", "right") as server:
        error = must_raise(openai.AuthenticationError, lambda: draw(client_of(server, "wrong")))
        assert error.type == "authentication_error"
        draw(client_of(server, "right"))


def one_request_too_many_is_a_rate_limit_error(program):
    with Server(program, "--max-per-client", "1") as server:
        client = client_of(server)
        with draw(client, stream=True, size="512x512", extra=LONG):
            server.wait_until_running(seconds=5)
            error = must_raise(openai.RateLimitError, lambda: draw(client))
            assert int(error.response.headers["Retry-After"]) > 0
        server.wait_until_idle(seconds=3)
        draw(client)


CHECKS = [a_picture_comes_as_base64, the_same_seed_gives_the_same_bytes, two_pictures_have_two_seeds,
          a_url_leads_to_the_picture, other_formats_are_what_they_say, a_stream_shows_the_picture_as_it_forms,
          a_stream_without_partial_images_has_one_event, an_edit_takes_a_file, an_edit_streams,
          a_conversation_draws_edits_and_counts, a_conversation_may_name_a_kept_picture,
          a_chat_stream_brings_the_words_of_the_whole_answer, a_chat_stream_brings_pictures, models_are_listed,
          wrong_requests_are_the_errors_the_client_knows]
CHECKS_WITH_OWN_SERVER = [a_wrong_key_is_an_authentication_error, one_request_too_many_is_a_rate_limit_error]


def main():
    options = parser(__doc__).parse_args()
    with Server(options.program) as server:
        failed = run_checks("openai client", CHECKS, client_of(server))
    return run_checks("openai client, own servers", CHECKS_WITH_OWN_SERVER, options.program) or failed


if __name__ == "__main__":
    sys.exit(main())
