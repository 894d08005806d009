#include "serve/admission.h"

#include <gtest/gtest.h>

#include "serve/api_error.h"
#include "support/error.h"
#include "support/temporary_folder.h"
#include "support/tiny_unipic1.h"

namespace unipic::serve {
namespace {

using Headers = httplib::Headers;

// A model that is long at work, and the places of its clients.
class Clients : public testing::Test {
 protected:
  Clients() { test::write_tiny_unipic1(folder_ / "tiny", torch::kBFloat16); }

  static httplib::Request request(const std::string& address, const Headers& headers = {}) {
    httplib::Request result;
    result.remote_addr = address;
    result.headers = headers;
    return result;
  }

  // The status of the refusal; 0 if there is none.
  int ask(Admission& admission, const httplib::Request& asked) {
    DrawWork work{.request = {"a dog", {}}, .source = {}};
    work.request.options.steps = 36;
    try {
      jobs_.push_back(admission.submit(asked, {.model = "tiny", .what = std::move(work)}));
      return 0;
    } catch (const ApiError& error) {
      return error.status();
    }
  }

  test::TemporaryFolder folder_;
  Engine engine_{
      {.model = folder_ / "tiny", .models_dir = {}, .load = {.dtype = DType::kBF16, .threads = 1}},
      {.max_waiting = 64, .max_pictures = 1},
      [](const std::string&) {}};
  std::vector<std::shared_ptr<Job>> jobs_;
};

TEST_F(Clients, WithoutKeysAreAddresses) {
  const Guard guard({});
  Admission admission(engine_, guard, 2);
  EXPECT_EQ(ask(admission, request("10.0.0.1")), 0);
  EXPECT_EQ(ask(admission, request("10.0.0.1", {{"Authorization", "Bearer a"}})), 0);
  EXPECT_EQ(ask(admission, request("10.0.0.1", {{"Authorization", "Bearer b"}})), 429);
  EXPECT_EQ(ask(admission, request("10.0.0.1", {{"x-api-key", "c"}})), 429);
  EXPECT_EQ(ask(admission, request("10.0.0.2")), 0);
}

TEST_F(Clients, WithKeysAreTheKeyThatLetsThemIn) {
  const Guard guard({.api_keys = {"one", "two"}});
  Admission admission(engine_, guard, 1);
  EXPECT_EQ(ask(admission, request("10.0.0.1", {{"x-api-key", "one"}})), 0);
  EXPECT_EQ(ask(admission, request("10.0.0.2", {{"Authorization", "Bearer one"}})), 429);
  EXPECT_EQ(ask(admission,
                request("10.0.0.1", {{"x-api-key", "one"}, {"Authorization", "Bearer wrong"}})),
            429);
  EXPECT_EQ(ask(admission, request("10.0.0.1", {{"x-api-key", "two"}})), 0);
}

TEST_F(Clients, AreServedAgainOnceTheLastEventIsThere) {
  const Guard guard({});
  Admission admission(engine_, guard, 1);
  EXPECT_EQ(ask(admission, request("10.0.0.1")), 0);
  EXPECT_EQ(ask(admission, request("10.0.0.1")), 429);
  while (true) {
    const auto event = jobs_.front()->wait_for_event(std::chrono::seconds(1));
    if (event && is_last(*event)) break;
  }
  EXPECT_EQ(ask(admission, request("10.0.0.1")), 0);
  // One who leaves makes room as soon as nobody works for them any more.
  jobs_.back()->cancel();
  jobs_.clear();
  int status = 429;
  while (status == 429) status = ask(admission, request("10.0.0.1"));
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace unipic::serve
