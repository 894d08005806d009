#include "serve/chat_request.h"

#include <gtest/gtest.h>

#include "serve/api_error.h"
#include "serve/requests.h"
#include "support/error.h"

namespace unipic::serve {
namespace {

Json user(Json content) { return {{"role", "user"}, {"content", std::move(content)}}; }
Json text_part(const std::string& text) { return {{"type", "text"}, {"text", text}}; }
Json image_part(const std::string& url) {
  return {{"type", "image_url"}, {"image_url", {{"url", url}}}};
}
// What the server answers with a picture, as a client sends it back.
Json drawn_before() {
  return {{"role", "assistant"},
          {"content", ""},
          {"images", Json::array({image_part("unipic:pic_1")})}};
}

ChatRequest chat(Json messages, Json more = Json::object(),
                 const RequestRules& rules = test::rules()) {
  more["messages"] = std::move(messages);
  return chat_request(Fields(std::move(more)), rules, [](const std::string& id) {
    return id == "pic_1" ? std::optional(test::png_of(20, 10)) : std::nullopt;
  });
}

TEST(ChatRequest, DrawsThenEditsThenAnswersInOneConversation) {
  auto messages = Json::array({user("draw a red apple")});
  const auto drawn = chat(messages, {{"size", "64x64"}, {"seed", 5}});
  EXPECT_EQ(drawn.work.kind(), "generate");
  EXPECT_EQ(std::get<DrawWork>(drawn.work.what).request.prompt, "a red apple");
  EXPECT_EQ(std::get<DrawWork>(drawn.work.what).request.options.width, 64);

  messages.push_back(drawn_before());
  messages.push_back(user("make it blue"));
  const auto edited = chat(messages);
  EXPECT_EQ(edited.work.kind(), "edit");
  EXPECT_EQ(edited.source_id, "pic_1");
  EXPECT_EQ(std::get<DrawWork>(edited.work.what).request.prompt, "make it blue");
  EXPECT_EQ(std::get<DrawWork>(edited.work.what).source->width, 20);

  messages.push_back(drawn_before());
  messages.push_back(user("how many are there?"));
  const auto asked = chat(messages, {{"max_tokens", 9}});
  EXPECT_EQ(asked.work.kind(), "describe");
  EXPECT_EQ(std::get<AskWork>(asked.work.what).question, "how many are there?");
  EXPECT_EQ(std::get<AskWork>(asked.work.what).options.max_tokens, 9);
}

TEST(ChatRequest, LooksAtTheLastPicture) {
  const auto asked = chat(Json::array(
      {user(Json::array({image_part(test::data_url_of(8, 4))})), drawn_before(),
       user(Json::array({text_part("what is it?"), image_part(test::data_url_of(6, 3))}))}));
  EXPECT_EQ(std::get<AskWork>(asked.work.what).image.width, 6);
}

TEST(ChatRequest, ModalitiesDecideWhereWordsDoNot) {
  const auto messages = Json::array({drawn_before(), user("more light")});
  EXPECT_EQ(chat(messages).work.kind(), "describe");
  EXPECT_EQ(chat(messages, {{"modalities", {"text", "image"}}}).work.kind(), "edit");
  const auto wish = Json::array({drawn_before(), user("make it blue")});
  EXPECT_EQ(chat(wish, {{"modalities", {"text"}}}).work.kind(), "describe");
}

TEST(ChatRequest, ChoosesWordsByChanceIfAsked) {
  const auto messages = Json::array({drawn_before(), user("how many are there?")});
  const auto options = [&](const Json& more) {
    return std::get<AskWork>(chat(messages, more).work.what).options;
  };
  EXPECT_EQ(options(Json::object()).temperature, 0);
  const auto asked = options({{"temperature", 0.7}, {"top_p", 0.9}, {"seed", 5}});
  EXPECT_EQ(asked.temperature, 0.7);
  EXPECT_EQ(asked.top_p, 0.9);
  EXPECT_EQ(asked.seed, 5U);
}

TEST(ChatRequest, KnowsWhatItsModelCannotDo) {
  auto rules = test::rules();
  auto& facts = rules.facts.at("default");
  facts.can_describe = facts.has_temperature = false;
  const auto question = Json::array({drawn_before(), user("how many are there?")});
  EXPECT_EQ(test::error_of([&] { chat(question, {}, rules); }),
            "messages: the model 'default' draws and edits; it does not describe pictures");
  const auto drawn = chat(Json::array({user("a red apple")}), {{"temperature", 0.7}}, rules);
  EXPECT_EQ(std::get<DrawWork>(drawn.work.what).request.options.temperature, 1);
}

TEST(ChatRequest, SaysThatThereIsNoPictureYet) {
  EXPECT_FALSE(chat(Json::array({user("how many are there?")})).reply.empty());
  EXPECT_TRUE(chat(Json::array({user("a red apple")})).reply.empty());
}

TEST(ChatRequest, RefusesWhatIsNoConversation) {
  const auto refusal = [](Json messages) { return test::error_of([&] { chat(messages); }); };
  EXPECT_EQ(refusal(Json::array()), "messages: wants a list that is not empty");
  EXPECT_EQ(refusal("hello"), "messages: wants a list that is not empty");
  EXPECT_EQ(refusal(Json::array({drawn_before()})), "messages: the last one is not the user's");
  EXPECT_EQ(refusal(Json::array({user(5)})),
            "messages: content is neither a text nor a list of parts");
  EXPECT_EQ(refusal(Json::array({user(Json::array({{{"type", "audio"}}}))})),
            "messages: parts of type \"audio\" are not known");
  EXPECT_EQ(
      refusal(Json::array({user(Json::array({text_part("what?"), image_part("https://a/b")}))})),
      "messages: pictures come as data:image/...;base64,... and are not fetched from elsewhere");
  EXPECT_EQ(
      refusal(Json::array({user(Json::array({text_part("what?"), image_part("unipic:pic_2")}))})),
      "messages: there is no picture 'pic_2'");
  EXPECT_EQ(refusal(Json::array({1})), "messages: each is an object");
}

}  // namespace
}  // namespace unipic::serve
