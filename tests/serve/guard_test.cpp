#include "serve/guard.h"

#include <gtest/gtest.h>

#include <string>

#include "support/error.h"
#include "support/temporary_folder.h"

namespace unipic::serve {
namespace {

using test::error_of;
using Headers = httplib::Headers;

httplib::Request request(const std::string& method, const std::string& path,
                         const Headers& headers) {
  httplib::Request result;
  result.method = method;
  result.path = path;
  result.headers = headers;
  return result;
}

// The status of the refusal; 0 if there is none.
int status_of(const Guard& guard, const httplib::Request& asked) {
  const auto refusal = guard.refusal(asked);
  return refusal ? refusal->status() : 0;
}

int status_of_post(const GuardOptions& options, const Headers& headers) {
  return status_of(Guard(options), request("POST", "/v1/images/generations", headers));
}

GuardOptions with_keys() { return {.api_keys = {"first-key", "second-key"}, .host = "0.0.0.0"}; }

int status_with_host(const std::string& host) { return status_of_post({}, {{"Host", host}}); }

int status_with_origin(const GuardOptions& options, const std::string& host,
                       const std::string& origin) {
  return status_of_post(options, {{"Host", host}, {"Origin", origin}});
}

TEST(Guard, LetsThoseInWhoHaveOneOfTheKeys) {
  for (const Headers& headers :
       {Headers{{"Authorization", "Bearer first-key"}},
        Headers{{"authorization", "bearer  second-key"}}, Headers{{"x-api-key", "second-key"}},
        Headers{{"Authorization", "Basic x"}, {"X-API-Key", "first-key"}}}) {
    EXPECT_EQ(status_of_post(with_keys(), headers), 0);
  }
}

TEST(Guard, RefusesAllOthers) {
  for (const Headers& headers :
       {Headers{}, Headers{{"Authorization", "Bearer "}}, Headers{{"Authorization", "first-key"}},
        Headers{{"Authorization", "Basic first-key"}},
        Headers{{"Authorization", "Bearer first-ke"}},
        Headers{{"Authorization", "Bearer first-keyy"}}, Headers{{"x-api-key", "FIRST-KEY"}}}) {
    EXPECT_EQ(status_of_post(with_keys(), headers), 401);
  }
}

TEST(Guard, AsksForNoKeyWhereThereIsNone) { EXPECT_EQ(status_with_host("localhost:8080"), 0); }

TEST(Guard, GivesThePageAndItsHealthToEveryone) {
  const Guard guard(with_keys());
  for (const auto* path : {"/", "/health", "/web/app.js"}) {
    EXPECT_EQ(status_of(guard, request("GET", path, {})), 0) << path;
  }
  EXPECT_EQ(status_of(guard, request("POST", "/health", {})), 401);
  for (const auto* path : {"/v1/models", "/props", "/metrics", "/webby", "/health/x", "//"}) {
    EXPECT_EQ(status_of(guard, request("GET", path, {})), 401) << path;
  }
}

TEST(Guard, OnLoopbackAnswersOnlyToItsOwnNames) {
  for (const auto* host : {"localhost", "localhost:8080", "LocalHost:9000", "127.0.0.1",
                           "127.0.0.1:8080", "[::1]", "[::1]:8080"}) {
    EXPECT_EQ(status_with_host(host), 0) << host;
  }
  for (const auto* host :
       {"", "evil.com", "evil.com:8080", "127.0.0.1.evil.com", "localhost.evil.com", "0.0.0.0",
        "0.0.0.0:8080", "localhost:", "localhost:80:80", "a@localhost", "127.0.0.1, evil.com"}) {
    EXPECT_EQ(status_with_host(host), 403) << host;
  }
  EXPECT_EQ(status_of_post({}, {}), 403);
}

TEST(Guard, AnswersToAllowedHosts) {
  const GuardOptions options{.allowed_hosts = {"Pictures.example", "other:81"}};
  EXPECT_EQ(status_of_post(options, {{"Host", "pictures.example"}}), 0);
  EXPECT_EQ(status_of_post(options, {{"Host", "pictures.example:1234"}}), 0);
  EXPECT_EQ(status_of_post(options, {{"Host", "other:81"}}), 0);
  EXPECT_EQ(status_of_post(options, {{"Host", "other:82"}}), 403);
  EXPECT_EQ(status_of_post(options, {{"Host", "evil.com"}}), 403);
}

TEST(Guard, ElsewhereAnswersToEveryNameUnlessSomeAreGiven) {
  GuardOptions options{.host = "0.0.0.0", .insecure_no_key = true};
  EXPECT_EQ(status_of_post(options, {{"Host", "gpu-box:8080"}}), 0);
  options.allowed_hosts = {"gpu-box"};
  EXPECT_EQ(status_of_post(options, {{"Host", "gpu-box:8080"}}), 0);
  EXPECT_EQ(status_of_post(options, {{"Host", "evil.com:8080"}}), 403);
}

TEST(Guard, LetsItsOwnPageAsk) {
  EXPECT_EQ(status_with_origin({}, "localhost:8080", "http://localhost:8080"), 0);
  EXPECT_EQ(status_with_origin({}, "localhost", "http://localhost:80"), 0);
  EXPECT_EQ(status_with_origin({}, "[::1]:8080", "http://[::1]:8080"), 0);
  EXPECT_EQ(status_with_origin({.tls = true}, "localhost:8443", "https://localhost:8443"), 0);
  EXPECT_EQ(status_with_origin({.allowed_hosts = {"a.org"}}, "a.org", "https://a.org"), 0)
      << "by a proxy";
}

TEST(Guard, LetsNoOtherPageAsk) {
  for (const auto* origin :
       {"null", "", "http://evil.com", "http://localhost:3000", "http://localhost",
        "http://localhost:8080.evil.com", "http://127.0.0.1:8080", "file://localhost:8080",
        "http://evil.com/http://localhost:8080", "localhost:8080"}) {
    EXPECT_EQ(status_with_origin({}, "localhost:8080", origin), 403) << origin;
  }
  EXPECT_EQ(status_with_origin({.tls = true}, "localhost:1", "http://localhost:1"), 403);
  EXPECT_EQ(status_with_origin({}, "evil.com:8080", "http://evil.com:8080"), 403) << "rebinding";
}

TEST(Guard, LetsPagesOfAllowedOriginsAsk) {
  const GuardOptions options{.allowed_origins = {"https://Example.org"}};
  EXPECT_EQ(status_with_origin(options, "localhost", "https://example.org"), 0);
  EXPECT_EQ(status_with_origin(options, "localhost", "https://example.org:444"), 403);
  EXPECT_EQ(status_of_post(options, {{"Host", "localhost"},
                                     {"Origin", "https://example.org"},
                                     {"Sec-Fetch-Site", "cross-site"}}),
            0);
}

TEST(Guard, LetsNoOtherPageChangeAnythingThatHidesItsOrigin) {
  for (const auto* site : {"cross-site", "same-site"}) {
    const Headers headers = {{"Host", "localhost"}, {"Sec-Fetch-Site", site}};
    EXPECT_EQ(status_of(Guard({}), request("POST", "/v1/models", headers)), 403);
    EXPECT_EQ(status_of(Guard({}), request("DELETE", "/v1/pictures/a", headers)), 403);
    EXPECT_EQ(status_of(Guard({}), request("GET", "/", headers)), 0) << "a link to the page";
  }
  EXPECT_EQ(status_of_post({}, {{"Host", "localhost"}, {"Sec-Fetch-Site", "same-origin"}}), 0);
  EXPECT_EQ(status_of_post({}, {{"Host", "localhost"}, {"Sec-Fetch-Site", "none"}}), 0);
}

TEST(Guard, SaysWhatIsMissing) {
  const auto refusal = Guard(with_keys()).refusal(request("POST", "/v1/models", {}));
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->to_json()["error"]["type"], "authentication_error");
  EXPECT_STREQ(refusal->what(), "a key is needed: Authorization: Bearer KEY");
}

TEST(Guard, WantsAKeyWhereOthersCanReachTheServer) {
  for (const auto* host : {"0.0.0.0", "::", "192.168.1.2", "gpu-box", "128.0.0.1"}) {
    EXPECT_NE(error_of([&] { check_bind({.host = host}); }).find("--api-key-file"),
              std::string::npos)
        << host;
    EXPECT_THROW(Guard({.host = host}), UsageError);
    EXPECT_NO_THROW(check_bind({.api_keys = {"key"}, .host = host}));
    EXPECT_NO_THROW(check_bind({.host = host, .insecure_no_key = true}));
  }
  for (const auto* host :
       {"127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost", "::ffff:127.0.0.1"}) {
    EXPECT_NO_THROW(check_bind({.host = host})) << host;
  }
}

TEST(Guard, RefusesOptionsThatCanNeverMatch) {
  EXPECT_THROW(Guard({.api_keys = {""}}), UsageError);
  EXPECT_THROW(Guard({.api_keys = {"two words"}}), UsageError);
  EXPECT_THROW(Guard({.allowed_hosts = {"http://example.org"}}), UsageError);
  EXPECT_EQ(error_of([] { Guard({.allowed_origins = {"example.org"}}); }),
            "'example.org' is no origin; https://example.org is");
  EXPECT_THROW(Guard({.allowed_origins = {"https://example.org/"}}), UsageError);
}

TEST(KeyFile, HoldsOneKeyALine) {
  const test::TemporaryFolder folder;
  test::write_file(folder / "keys", "# of the team\n\n  first-key \r\nsecond#key\n#third\nlast");
  EXPECT_EQ(read_key_file(folder / "keys"),
            (std::vector<std::string>{"first-key", "second#key", "last"}));
}

TEST(KeyFile, IsRefusedWithoutAKey) {
  const test::TemporaryFolder folder;
  test::write_file(folder / "keys", "# none yet\n\n");
  EXPECT_EQ(error_of([&] { read_key_file(folder / "keys"); }),
            (folder / "keys").string() + ": holds no key; one a line is expected");
  EXPECT_EQ(error_of([&] { read_key_file(folder / "none"); }),
            (folder / "none").string() + ": cannot be read");
}

}  // namespace
}  // namespace unipic::serve
