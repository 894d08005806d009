#include "serve/request_head.h"

#include <gtest/gtest.h>

#include <string>

#include "serve/api_error.h"

namespace unipic::serve {
namespace {

using namespace std::string_literals;

RequestHead parse(const std::string& lines) { return parse_request_head(lines + "\r\n", {}); }

RequestHead with_headers(const std::string& headers) {
  return parse("POST /a HTTP/1.1\r\nHost: x\r\n" + headers);
}

// The status a head is refused with; 0 if it is not.
int status_of(const std::string& lines) {
  try {
    parse(lines);
  } catch (const ApiError& error) {
    return error.status();
  }
  return 0;
}

int status_with(const std::string& headers) {
  return status_of("POST /a HTTP/1.1\r\nHost: x\r\n" + headers);
}

TEST(RequestHead, SaysHowLongTheBodyIs) {
  EXPECT_EQ(with_headers("Content-Length: 42\r\n").content_length, 42U);
  EXPECT_EQ(with_headers("content-length:\t42 \r\n").content_length, 42U);
  EXPECT_EQ(with_headers("").content_length, 0U);
  EXPECT_TRUE(with_headers("Transfer-Encoding: Chunked\r\n").is_chunked);
  EXPECT_FALSE(with_headers("").is_chunked);
}

TEST(RequestHead, SaysWhetherTheClientWantsToClose) {
  EXPECT_FALSE(with_headers("Connection: keep-alive\r\n").wants_close);
  EXPECT_TRUE(with_headers("Connection: Close\r\n").wants_close);
  EXPECT_TRUE(with_headers("Connection: TE, close\r\n").wants_close);
  EXPECT_TRUE(parse("GET / HTTP/1.0\r\n").wants_close);
}

TEST(RequestHead, IsHandedOnWithoutWhatWouldDoHarm) {
  EXPECT_EQ(parse("GET /a?b=%20 HTTP/1.1\r\nHost: x\r\nRange: bytes=0-,0-\r\nX-A:  50% \r\n"
                  "Accept-Encoding: br\r\nREMOTE_ADDR: 1.2.3.4\r\nEmpty:\r\n")
                .text,
            "GET /a?b=%20 HTTP/1.1\r\nHost: x\r\nX-A: 50%25\r\nEmpty: \r\n\r\n");
}

TEST(RequestHead, IsRefusedWithABodyAboveTheLimit) {
  EXPECT_EQ(status_with("Content-Length: 33554432\r\n"), 0);
  EXPECT_EQ(status_with("Content-Length: 33554433\r\n"), 413);
  EXPECT_EQ(status_with("Content-Length: 18446744073709551616\r\n"), 413);
}

TEST(RequestHead, IsRefusedWhereTwoReadersMightDisagreeOnTheBody) {
  for (const std::string headers :
       {"Content-Length: 1\r\nContent-Length: 1\r\n",
        "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 1, 1\r\n",
        "Content-Length: +1\r\n", "Content-Length: -1\r\n", "Content-Length: 0x1\r\n",
        "Content-Length: %31\r\n", "Content-Length:\r\n", "Content-Length : 1\r\n",
        " Content-Length: 1\r\n", "X: a\r\n folded\r\n", "X: a\nContent-Length: 1\r\n",
        "X: a\rb\r\n", ": a\r\n", "no colon\r\n", "Host: y\r\n",
        "Content-Type: a\r\nContent-Type: b\r\n"}) {
    EXPECT_EQ(status_with(headers), 400) << headers;
  }
  EXPECT_EQ(status_with("X: a\0b\r\n"s), 400);
  EXPECT_EQ(status_with("Transfer-Encoding: gzip, chunked\r\n"), 501);
  EXPECT_EQ(status_with("Transfer-Encoding: xchunked\r\n"), 501);
  EXPECT_EQ(status_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n"), 400);
}

TEST(RequestHead, IsRefusedWithACompressedBody) {
  EXPECT_EQ(status_with("Content-Encoding: gzip\r\n"), 415);
  EXPECT_EQ(status_with("Content-Encoding: %67zip\r\n"), 415);
  EXPECT_EQ(status_with("Content-Encoding: identity\r\n"), 0);
}

TEST(RequestHead, IsRefusedWithoutAProperFirstLine) {
  for (const std::string line :
       {"", "GET", "GET /", "GET / HTTP/2.0", "GET  / HTTP/1.1", "GET / a HTTP/1.1",
        "GET http://x/ HTTP/1.1", " GET / HTTP/1.1", "GET / HTTP/1.1 ", "\x16\x03\x01"}) {
    EXPECT_EQ(status_of(line + "\r\nHost: x\r\n"), 400) << line;
  }
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n"), 400) << "no Host";
}

TEST(RequestHead, IsRefusedWithALineThatIsTooLong) {
  EXPECT_EQ(status_of("GET /" + std::string(2047, 'a') + " HTTP/1.1\r\nHost: x\r\n"), 0);
  EXPECT_EQ(status_of("GET /" + std::string(2048, 'a') + " HTTP/1.1\r\nHost: x\r\n"), 414);
  EXPECT_EQ(status_with("X: " + std::string(7000, 'a') + "\r\n"), 0);
  EXPECT_EQ(status_with("X: " + std::string(8000, 'a') + "\r\n"), 431);
  EXPECT_EQ(status_with("X: " + std::string(3000, '%') + "\r\n"), 431);
}

}  // namespace
}  // namespace unipic::serve
